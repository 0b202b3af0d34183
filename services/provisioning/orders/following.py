"""What came along with a service is provisioned when that service is there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.provisioning.operations.models import Operation
from services.provisioning.orders.fulfilment import provision
from services.provisioning.orders.models import Order
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import OrderState, ServiceState

REQUESTED: ColumnElement[str] = literal_column(f"'{ServiceState.requested}'")
"""No parameter: only so a plan that is made once reads the index of services that are to follow."""


async def claim_followers(session: AsyncSession, *, limit: int) -> Sequence[tuple[Order, Service]]:
    """Orders of what came along with services that are there now, with their own services, locked, on which nothing was
    done yet."""
    whole = aliased(Service)
    due = select(Order, Service).join(Service, Service.order_id == Order.id).join(whole, whole.id == Service.part_of)
    due = due.where(
        Service.brought, Service.state == REQUESTED, Order.state == OrderState.placed,
        whole.provisioned_at.is_not(None), whole.state.not_in((ServiceState.deleting, ServiceState.deleted)),
        ~select(Operation.id).where(Operation.service_id == Service.id).exists(),
    )  # fmt: skip
    locked = due.order_by(Order.id).limit(limit).with_for_update(of=[Order, Service, whole], skip_locked=True)
    return [(order, service) for order, service in await session.execute(locked)]


async def follow(session: AsyncSession, order: Order, service: Service, *, real_now: datetime) -> None:
    """Begin to provision what came along."""
    product = await session.get_one(Product, service.product_id)
    await provision(session, order, service, product, now=real_now)
