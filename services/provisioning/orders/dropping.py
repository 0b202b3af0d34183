"""What came along with a service that is deleted before it was provisioned itself."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.failures import give_up
from services.provisioning.orders.models import Order
from services.provisioning.orders.service import lock_order
from services.provisioning.placements.service import release
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.services.telling import standing_of
from services.provisioning.states import ServiceState, move
from shared.events.provisioning import ServiceDeleted
from shared.outbox import emit


async def drop(session: AsyncSession, part: Service, order: Order) -> None:
    """Nothing was done for a locked part yet, and nothing is: its own order is cancelled, and nothing is billed.
    ``order`` is what deletes the service that it is part of."""
    await give_up(session, await lock_order(session, part.order_id))
    move(part, ServiceState.deleted)
    part.suspended_for = []
    await session.flush()
    await release(session, part.id)
    product = await session.get_one(Product, part.product_id)
    deleted = standing_of(part, product) | {"order_id": order.id, "ordered_by": order.begun_by}
    await emit(session, ServiceDeleted.model_validate(deleted))
