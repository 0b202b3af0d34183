"""An order as it is answered to who has just changed it."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import among
from services.provisioning.locations.models import Location
from services.provisioning.locations.schemas import LocationName
from services.provisioning.operations.models import OperationStep
from services.provisioning.operations.schemas import StepRead
from services.provisioning.operations.service import find_latest_operation, list_steps
from services.provisioning.orders.models import Order
from services.provisioning.orders.schemas import FormerRead, OrderRead
from services.provisioning.plans.models import PlanVersion
from services.provisioning.plans.service import find_newest
from services.provisioning.products.configuration import read_configuration
from services.provisioning.products.models import Product
from services.provisioning.products.schemas import ProductBrief
from services.provisioning.services.models import Service
from services.provisioning.sites.models import Site
from services.provisioning.sites.schemas import SiteRead
from services.provisioning.states import OrderState
from shared.events import Via

KEPT = (
    "id", "number", "kind", "state", "failure", "failure_code", "failure_values", "plan_version_id", "quantity",
    "bill_group_id", "part_of", "placed_at", "message", "decided_by_address", "decided_at", "reason", "ends",
    "end_reason", "submitted_at", "answered_at", "months", "term_ends_on", "wanted_on", "planned_on", "plan_note",
    "quote_id",
)  # fmt: skip
"""Members of `OrderRead` that are columns of an order."""


async def read_back(
    session: AsyncSession, order: Order, *, service: Service | None = None, newest_plan_version_id: UUID | None = None
) -> OrderRead:
    """The order with the steps of its newest operation, if it is placed. What the caller knows is not read again."""
    of_order = Service.id == order.service_id if order.service_id else Service.order_id == order.id
    service = service or await session.scalar(select(Service).where(of_order))
    newest = newest_plan_version_id or await find_newest(session, order.plan_version_id)
    product = await session.get_one(Product, order.product_id)
    steps = await _steps(session, order.id) if service else ()
    former = order.former and FormerRead.model_validate(order.former)
    site = await session.get_one(Site, order.site_id) if order.site_id else None
    moved_from = _moved_from(order)
    kept: dict[str, Any] = {name: getattr(order, name) for name in KEPT}
    return OrderRead(
        **kept,
        product=ProductBrief.model_validate(product),
        newest_plan_version_id=newest,
        configuration=read_configuration(json.dumps(order.configuration), order_id=str(order.id)),
        location=await _place(session, order.location_id),
        former_location=await _place(session, moved_from),
        by_hand=product.by_hand,
        site=SiteRead.model_validate(site) if site else None,
        display_name=service.display_name if service else order.display_name,
        steps=[StepRead.model_validate(step) for step in steps],
        service_id=service.id if service else None,
        placed_by=order.begun_by,
        placed_by_address=order.begun_by_address,
        placed_via=Via(order.begun_via),
        brought=await _brought(session, order),
        former=former,
    )


def _moved_from(order: Order) -> UUID | None:
    """Where the service was that an order moves; null where it stays."""
    former = (order.former or {}).get("location_id")
    return UUID(former) if former and UUID(former) != order.location_id else None


async def _place(session: AsyncSession, location_id: UUID | None) -> LocationName | None:
    return LocationName.model_validate(await session.get_one(Location, location_id)) if location_id else None


async def _brought(session: AsyncSession, order: Order) -> list[str]:
    if not order.brought_plan_version_ids or order.state != OrderState.awaiting_acknowledgement:
        return []
    of_plan = select(PlanVersion.id, Product.display_name).join(Product, Product.id == PlanVersion.product_id)
    found = await session.execute(of_plan.where(among(PlanVersion.id, order.brought_plan_version_ids)))
    names: dict[UUID, str] = {row.id: row.display_name for row in found}
    return [names[each] for each in order.brought_plan_version_ids]


async def _steps(session: AsyncSession, order_id: UUID) -> Sequence[OperationStep]:
    latest = await find_latest_operation(session, order_id)
    return await list_steps(session, latest.id) if latest else ()
