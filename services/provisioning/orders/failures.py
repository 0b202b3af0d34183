"""Orders that have failed, of services that there are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.models import Order
from services.provisioning.states import OrderState


async def failed_orders_of(session: AsyncSession, service_id: UUID) -> Sequence[Order]:
    """The failed orders that wanted to change a service, locked. One that is tried again at this moment is left out:
    whoever does it finds the service changed."""
    failed = select(Order).where(Order.service_id == service_id, Order.state == OrderState.failed)
    return (await session.scalars(failed.with_for_update(skip_locked=True))).all()
