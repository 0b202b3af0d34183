"""What some people may do to add-ons alone. Each deed is the one that other services have. Here it is made sure that
its service is an add-on, under the lock that the deed takes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.add_ons.refusals import NotAnAddOn
from services.provisioning.operations.beginning import lock_service
from services.provisioning.orders import asking, cancelling, changing
from services.provisioning.orders.schemas import CancellationCreate, ChangeCreate, OrderRead
from services.provisioning.orders.service import lock_order, lock_service_of
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.site_offers.service import list_offers
from services.provisioning.sites.models import Site
from shared.auth import Access
from shared.errors import NotFound


async def check_change(session: AsyncSession, body: ChangeCreate, *, now: datetime) -> None:
    """Raises what would refuse the change, or `NotAnAddOn`."""
    await _lock_add_on(session, body.service_id)
    await changing.check_change(session, body, now=now)


async def order_change(
    session: AsyncSession, body: ChangeCreate, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Raises `NotAnAddOn`, and what the change of any service raises."""
    await _lock_add_on(session, body.service_id)
    return await changing.order_change(session, body, by=by, now=now, real_now=real_now)


async def order_cancellation(
    session: AsyncSession, body: CancellationCreate, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Raises `NotAnAddOn`, and what the cancellation of any service raises."""
    await _lock_add_on(session, body.service_id)
    return await cancelling.order_cancellation(session, body, by=by, now=now, real_now=real_now)


async def undo_cancellation(session: AsyncSession, order_id: UUID) -> OrderRead:
    """Raises `NotFound`, `NotAnAddOn` or `CancellationNotScheduled`."""
    service = await lock_service_of(session, order_id)
    if service is not None:
        _require_add_on(service)
    return await cancelling.undo_cancellation(session, order_id)


async def withdraw_order(session: AsyncSession, order_id: UUID, *, by: Access) -> OrderRead:
    """Raises `NotFound`, `NotAnAddOn`, and what the withdrawal of any order raises."""
    order = await lock_order(session, order_id)
    if order.part_of is None:
        raise NotAnAddOn(f"Order {order.number} is of no add-on.")
    return await asking.withdraw_order(session, order_id, by=by)


async def list_site_offers(session: AsyncSession, product_id: UUID) -> Sequence[Site]:
    """The sites that could take an add-on. Raises `NotFound`, of other products too."""
    product = await session.get(Product, product_id)
    if product is None or not product.add_on_to:
        raise NotFound(f"There is no add-on {product_id}.")
    return await list_offers(session, product_id)


async def _lock_add_on(session: AsyncSession, service_id: UUID) -> None:
    """Raises `NotFound` or `NotAnAddOn`. An add-on has no parts that had to be locked before it."""
    _require_add_on(await lock_service(session, service_id))


def _require_add_on(service: Service) -> None:
    if service.part_of is None or service.brought:
        raise NotAnAddOn(f"{service.display_name} is no add-on.")
