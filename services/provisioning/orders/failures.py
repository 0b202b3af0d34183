"""Orders that have failed, of services that there are."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.failed_orders.service import delete_failed_order
from services.provisioning.orders.models import Order
from services.provisioning.states import OrderKind, OrderState, move


async def give_up_failed_orders(session: AsyncSession, service_id: UUID) -> None:
    """Cancel the failed orders that wanted to change a locked service: another one takes their place. A renewal that
    has failed is over already. One that is tried again at this moment is left out: whoever does it finds the service
    changed."""
    failed = select(Order).where(
        Order.service_id == service_id, Order.state == OrderState.failed, Order.kind != OrderKind.renew
    )
    for order in (await session.scalars(failed.with_for_update(skip_locked=True))).all():
        await give_up(session, order)


async def give_up(session: AsyncSession, order: Order) -> None:
    """Cancel a failed order, locked, which is not tried again."""
    move(order, OrderState.cancelled)
    await delete_failed_order(session, order.id)
