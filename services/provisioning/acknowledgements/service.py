"""What the provider's staff see of an order that waits for them. Its workspace is found in what they see of all."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.acknowledgements.schemas import WaitingBroughtRead, WaitingOrderRead
from services.provisioning.all_orders.models import ListedOrder
from services.provisioning.locations.models import Location
from services.provisioning.orders.models import Order
from services.provisioning.plans.models import PlanVersion
from services.provisioning.products.configuration import read_configuration
from services.provisioning.products.models import Product
from services.provisioning.products.schemas import ProductBrief
from services.provisioning.services.models import Service
from services.provisioning.sites.models import Site
from services.provisioning.sites.schemas import SiteRead
from services.provisioning.states import OrderState
from shared.copies import workspaces
from shared.errors import NotFound
from shared.events import Via
from shared.reads import ScopedReads
from shared.scope import acting_in

COUNT = """
SELECT count(*) FROM (SELECT FROM all_orders WHERE state = 'awaiting_acknowledgement' LIMIT 1000) waiting
"""


async def count_waiting(read: ScopedReads) -> int:
    row = await read.fetchrow(COUNT)
    return int(row["count"]) if row else 0


async def workspace_of(session: AsyncSession, order_id: UUID) -> UUID:
    """The workspace of an order, in the provider's scope. Raises `NotFound`."""
    found = await session.scalar(select(ListedOrder.workspace_id).where(ListedOrder.order_id == order_id))
    if found is None:
        raise NotFound(f"There is no order {order_id}.")
    return found


async def read_waiting(session: AsyncSession, order_id: UUID, user_id: UUID) -> WaitingOrderRead:
    """Staff read the configuration of an order only while it waits for them. Raises `NotFound`."""
    workspace_id = await workspace_of(session, order_id)
    async with acting_in(session, workspace_id, user_id):
        order = await session.get_one(Order, order_id)
        if order.state != OrderState.awaiting_acknowledgement:
            raise NotFound(f"Order {order.number} does not wait for the provider. Somebody may have answered already.")
        site = await session.get_one(Site, order.site_id) if order.site_id else None
        product = await session.get_one(Product, order.product_id)
        brought = await _brought(session, order, product)
        location = await session.get_one(Location, order.location_id) if order.location_id else None
        whole = await session.get_one(Service, order.part_of) if order.part_of else None
    customer = await session.scalar(select(workspaces.c.display_name).where(workspaces.c.id == workspace_id))
    return WaitingOrderRead(
        id=order.id,
        number=order.number,
        workspace_id=workspace_id,
        customer_name=customer,
        product=ProductBrief.model_validate(product),
        plan_version_id=order.plan_version_id,
        display_name=order.display_name,
        configuration=read_configuration(json.dumps(order.configuration), order_id=str(order.id)),
        quantity=order.quantity,
        brought=brought,
        whole_name=whole.display_name if whole else None,
        site=SiteRead.model_validate(site) if site else None,
        location_name=location.display_name if location else None,
        wanted_on=order.wanted_on,
        message=order.message,
        placed_by_address=order.begun_by_address,
        placed_via=Via(order.begun_via),
        placed_at=order.placed_at,
        submitted_at=order.submitted_at or order.placed_at,
    )


async def _brought(session: AsyncSession, order: Order, product: Product) -> list[WaitingBroughtRead]:
    quantities = {each["product"]: order.quantity * each["quantity"] for each in product.brings}
    found = []
    for plan_version_id in order.brought_plan_version_ids:
        plan = await session.get_one(PlanVersion, plan_version_id)
        along = await session.get_one(Product, plan.product_id)
        brief = ProductBrief.model_validate(along)
        found.append(WaitingBroughtRead(product=brief, plan_version_id=plan.id, quantity=quantities.get(along.key)))
    return found
