"""Orders: placing and retrying."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.service import choose_bill_group
from services.provisioning.orders.closing import refuse_closing
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.fulfilment import describe_order_event, provision
from services.provisioning.orders.locating import Place, find_out_where
from services.provisioning.orders.models import Order
from services.provisioning.orders.part_checks import (
    Brought,
    check_agreed_brought,
    check_brought,
    check_fits,
    check_whole,
)
from services.provisioning.orders.refusals import TooManyAtOnce
from services.provisioning.orders.schemas import AddOnCreate, OrderCreate, OrderRead
from services.provisioning.orders.submitting import submit
from services.provisioning.orders.wanting import check_wanted
from services.provisioning.placements.service import check_room, place
from services.provisioning.plans.models import PlanVersion
from services.provisioning.plans.service import find_offered_plan
from services.provisioning.products.configuration import check_configuration
from services.provisioning.products.models import Product
from services.provisioning.products.offering import check_offered
from services.provisioning.services.models import Service
from services.provisioning.states import OrderState
from shared.errors import Invalid, NotFound
from shared.events.provisioning import OrderPlaced
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit


class ProductNotOffered(Invalid):
    """The order references a product that is not in the catalogue."""

    title = "The product is not in the catalogue"


@dataclass(frozen=True, slots=True)
class Checked:
    """An order that could be placed."""

    product: Product
    place: Place
    bill_group_id: UUID
    brought: Sequence[Brought]


async def check_order(session: AsyncSession, workspace_id: UUID, body: OrderCreate, *, now: datetime) -> Checked:
    """Raises what refuses the order. The service that an add-on is ordered for is locked."""
    whole = await check_whole(session, body)
    product = await lock_product(session, body.product_id)
    if product is None:
        errors = [field_error("/product_id", "not_offered", "is not in the catalogue")]
        raise ProductNotOffered("Choose a product of the catalogue.", errors=errors)
    check_offered(product)
    check_wanted(product, body.wanted_on, now)
    await check_fits(session, product, whole)
    plan = await find_offered_plan(session, body.plan_version_id, product_id=product.id)
    place, payer = await _check_possible(session, workspace_id, body, product, plan, whole)
    return Checked(product, place, payer, await check_brought(session, product, body, plan.currency))


async def check_agreed(session: AsyncSession, workspace_id: UUID, body: OrderCreate) -> Checked:
    """As `check_order`, of an order whose prices are agreed: whether its product, its plan and what comes along are
    still offered, and at which price, does not count."""
    whole = await check_whole(session, body)
    product = await lock_product(session, body.product_id)
    assert product is not None, "orders refer to products"
    await check_fits(session, product, whole)
    plan = await session.get_one(PlanVersion, body.plan_version_id)
    place, payer = await _check_possible(session, workspace_id, body, product, plan, whole)
    return Checked(product, place, payer, await check_agreed_brought(session, product, body))


async def lock_product(session: AsyncSession, product_id: UUID) -> Product | None:
    """Until its order is placed, it is neither withdrawn nor changed. Orders do not wait for each other."""
    return await session.get(Product, product_id, with_for_update={"read": True})


async def _check_possible(
    session: AsyncSession, workspace_id: UUID, body: OrderCreate, product: Product, plan: PlanVersion,
    whole: Service | None,
) -> tuple[Place, UUID]:  # fmt: skip
    """Where an order of a locked product goes, and its bill group. Raises what refuses it whatever it costs."""
    await refuse_closing(session, workspace_id)
    if body.quantity > (most := product.max_quantity):
        errors = [field_error("/quantity", "too_large", f"must be at most {most}", most)]
        raise TooManyAtOnce("Order fewer of this product at once.", errors=errors)
    check_configuration(product.configuration_schema, body.configuration, plan.terms, plan.priced_fields)
    await check_room(session, product, body.configuration, body.quantity, body.site_id)
    place = await find_out_where(session, body, whole)
    return place, await choose_bill_group(session, workspace_id, place.bill_group_id, plan.currency)


async def place_order(
    session: AsyncSession, body: OrderCreate, *, workspace_id: UUID, now: datetime, real_now: datetime
) -> OrderRead:
    """Validate and store an order, and queue its provisioning (K6, K7), unless the provider acknowledges it first.

    Billing receives the event, and charges nothing for a service that is not provisioned (D18).
    """
    checked = await check_order(session, workspace_id, body, now=now)
    order = new_order(session, body, checked, workspace_id, now)
    service = await begin_or_submit(session, order, checked, now=now, real_now=real_now)
    return await read_back(session, order, service=service, newest_plan_version_id=order.plan_version_id)


async def begin_or_submit(
    session: AsyncSession, order: Order, checked: Checked, *, now: datetime, real_now: datetime, **said: Any
) -> Service | None:
    """Begin an order in state placed; or have it wait, without a service, where the provider acknowledges it first. The
    prices of what comes along are agreed then, as its own."""
    if checked.product.needs_acknowledgement:
        order.brought_plan_version_ids = [each.plan.id for each in checked.brought]
        await submit(session, order, checked.product, now=now, **said)
        return None
    return await begin_order(session, order, checked, now=now, real_now=real_now, **said)


async def begin_order(
    session: AsyncSession, order: Order, checked: Checked, *, now: datetime, real_now: datetime, **said: Any
) -> Service:
    """Make the service of an order in state placed, where there is room for it, and queue its provisioning. What comes
    along is ordered with it, and provisioned after it. ``said`` are further fields of the events. Raises `NoRoom`."""
    service = await make_service(session, order, checked.product, now=now, **said)
    await provision(session, order, service, checked.product, now=real_now)
    for each in checked.brought:
        along = _brought_order(session, order, service, each, now)
        await make_service(session, along, each.product, now=now, brought=True, **said)
    return service


async def make_service(
    session: AsyncSession, order: Order, product: Product, *, now: datetime, brought: bool = False, **said: Any
) -> Service:
    """The service of an order, which is published, with its place."""
    service = _new_service(order, product, now)
    service.brought = brought
    placed = await emit(session, OrderPlaced.model_validate(describe_order_event(order, service, product) | said))
    order.origin = replace(order.origin, causation_id=placed.event_id)
    session.add(order)
    await session.flush()
    session.add(service)
    await session.flush()
    await place(session, service, product, site_id=order.site_id)
    return service


def _brought_order(session: AsyncSession, order: Order, whole: Service, each: Brought, now: datetime) -> Order:
    """The order of what comes along with another one, of the same person."""
    return Order(
        id=uuid4(), version=1, workspace_id=order.workspace_id, bill_group_id=order.bill_group_id,
        location_id=order.location_id, product_id=each.product.id,
        plan_version_id=each.plan.id, display_name=each.product.display_name,
        configuration=each.configuration, quantity=each.quantity, part_of=whole.id, placed_at=now,
        state=OrderState.placed, origin=order.origin,
    )  # fmt: skip


def new_order(session: AsyncSession, body: OrderCreate, checked: Checked, workspace_id: UUID, now: datetime) -> Order:
    """An order in state placed, which is not stored yet."""
    return Order(
        id=uuid4(),
        version=1,
        state=OrderState.placed,
        workspace_id=workspace_id,
        bill_group_id=checked.bill_group_id,
        location_id=checked.place.location_id,
        product_id=checked.product.id,
        plan_version_id=body.plan_version_id,
        display_name=body.display_name or checked.product.display_name,
        configuration=body.configuration,
        quantity=body.quantity,
        site_id=body.site_id,
        part_of=body.whole_id,
        wanted_on=body.wanted_on,
        message=body.message if checked.product.by_hand else "",
        placed_at=now,
        origin=Origin.of(cause_of(session)),
    )


def wanted_of(order: Order) -> OrderCreate:
    """What an order asks for, as it was sent, on whichever day. An add-on is paid by whoever pays for its service by
    now."""
    asked: dict[str, Any] = {
        "product_id": order.product_id, "plan_version_id": order.plan_version_id,
        "configuration": order.configuration, "quantity": order.quantity, "site_id": order.site_id,
        "brought_plan_version_ids": order.brought_plan_version_ids,
    }  # fmt: skip
    if order.part_of:
        return AddOnCreate(**asked, part_of=order.part_of)
    return OrderCreate(**asked, bill_group_id=order.bill_group_id, location_id=order.location_id)


def _new_service(order: Order, product: Product, now: datetime) -> Service:
    return Service(
        id=uuid4(),
        workspace_id=order.workspace_id,
        bill_group_id=order.bill_group_id,
        location_id=order.location_id,
        order_id=order.id,
        product_id=product.id,
        kind=product.kind,
        display_name=order.display_name,
        configuration=order.configuration,
        quantity=order.quantity,
        plan_version_id=order.plan_version_id,
        requested_at=now,
        part_of=order.part_of,
    )


async def lock_service_of(session: AsyncSession, order_id: UUID) -> Service | None:
    """The service that an order is about, locked; None if there is none. Whoever locks both locks the service first."""
    about = await session.scalar(select(Order.service_id).where(Order.id == order_id))
    found = select(Service).where(Service.id == about if about else Service.order_id == order_id)
    return await session.scalar(found.with_for_update().execution_options(populate_existing=True))


async def lock_order(session: AsyncSession, order_id: UUID) -> Order:
    """Raises `NotFound`."""
    order = (await session.scalars(select(Order).where(Order.id == order_id).with_for_update())).one_or_none()
    if order is None:
        raise NotFound(f"There is no order {order_id} in this workspace.")
    return order
