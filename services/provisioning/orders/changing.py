"""Changing services: their configuration, quantity and plan (K8). A change is an order, which may have to be
approved."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.service import BillGroupDoesNotFit
from services.provisioning.locations.service import find_place
from services.provisioning.operations.beginning import (
    begin_work,
    lock_service,
    refuse_others,
    require_state,
    require_verb,
)
from services.provisioning.operations.refusals import VerbNotOffered
from services.provisioning.orders.asking import ask_for
from services.provisioning.orders.closing import refuse_closing
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.failures import give_up_failed_orders
from services.provisioning.orders.models import Order
from services.provisioning.orders.part_refusals import CancelledWithWhole
from services.provisioning.orders.refusals import NothingChanges, ServiceEnding, TooManyAtOnce
from services.provisioning.orders.schemas import ChangeCreate, OrderRead
from services.provisioning.orders.wanting import check_wanted
from services.provisioning.placements.service import reserve
from services.provisioning.plans.models import PlanVersion
from services.provisioning.plans.service import PlanNotOffered, find_offered_plan
from services.provisioning.products.configuration import check_configuration
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.services.telling import standing_of
from services.provisioning.states import OrderKind, OrderState, ServiceState, move
from services.provisioning.verbs import Verb
from shared.auth import Access
from shared.events.provisioning import ServiceChangeOrdered
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit


async def check_change(session: AsyncSession, body: ChangeCreate, *, now: datetime) -> tuple[Service, Product]:
    """The locked service and the product of a change that could be ordered. Raises what refuses it otherwise."""
    service = await lock_service(session, body.service_id)
    await refuse_closing(session, service.workspace_id)
    require_state(service, ServiceState.active)
    if service.cancelled_by:
        raise ServiceEnding("The service is cancelled. Undo that first.")
    product = await require_verb(session, service, Verb.change)
    plan = await _plan(session, service, body)
    if body.quantity > max(product.max_quantity, service.quantity):
        most = product.max_quantity
        errors = [field_error("/quantity", "too_large", f"must be at most {most}", most)]
        raise TooManyAtOnce("Order fewer of this product at once.", errors=errors)
    agreed = (plan.terms, plan.priced_fields) if plan else ()
    check_configuration(product.configuration_schema, body.configuration, *agreed)
    check_wanted(product, body.wanted_on, now)
    await _check_move(session, service, product, body.location_id)
    if has_now(service) == _gets(body, service):
        raise NothingChanges("The service is like that already.")
    return service, product


async def _plan(session: AsyncSession, service: Service, body: ChangeCreate) -> PlanVersion | None:
    """The plan version that the service has already, whose price it keeps, or another one that is offered. Raises what
    `find_offered_plan` raises."""
    present = await session.get(PlanVersion, service.plan_version_id)
    if body.plan_version_id == service.plan_version_id:
        return present
    plan = await find_offered_plan(session, body.plan_version_id, product_id=service.product_id)
    if present and present.currency != plan.currency:
        errors = [field_error("/plan_version_id", "not_offered", f"is not paid in {present.currency}")]
        raise PlanNotOffered("A service goes on to be paid in its currency.", errors=errors)
    return plan


def has_now(service: Service) -> dict[str, Any]:
    """What an order keeps of a service that it changes."""
    plan = str(service.plan_version_id)
    place = str(service.location_id) if service.location_id else None
    return {
        "configuration": service.configuration, "quantity": service.quantity, "plan_version_id": plan,
        "location_id": place,
    }  # fmt: skip


def _gets(wanted: ChangeCreate, service: Service) -> dict[str, Any]:
    plan, place = str(wanted.plan_version_id), wanted.location_id or service.location_id
    return {
        "configuration": wanted.configuration, "quantity": wanted.quantity, "plan_version_id": plan,
        "location_id": str(place) if place else None,
    }  # fmt: skip


async def _check_move(session: AsyncSession, service: Service, product: Product, location_id: UUID | None) -> None:
    """Raises `VerbNotOffered`, `CancelledWithWhole`, `LocationNotYours` or `BillGroupDoesNotFit`."""
    if location_id in (None, service.location_id):
        return
    if not product.by_hand:
        raise VerbNotOffered("It is not provisioned by hand, and cannot be moved.")
    if service.part_of is not None:
        raise CancelledWithWhole("It is where the service is that it is part of.")
    location = await find_place(session, location_id)
    if location.bill_group_id != service.bill_group_id:
        errors = [field_error("/location_id", "does_not_fit", "is paid by another bill group than the service")]
        raise BillGroupDoesNotFit("Choose a location that the same bill group pays for.", errors=errors)


async def order_change(
    session: AsyncSession, body: ChangeCreate, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Order a change, which begins at once; or ask for it, where the caller's role has to ask. Raises what
    `check_change` raises, `ServiceBusy`, `TooManyOperations` and `TooManyWaiting`."""
    service, product = await check_change(session, body, now=now)
    order = _new_change(session, body, service, now)
    order.message = body.message if product.by_hand else ""
    if by.level == "ask":
        return await ask_for(session, order, product, body.message, by=by, now=now)
    session.add(order)
    await begin_change(session, order, service, product, real_now=real_now)
    return await read_back(session, order)


def _new_change(session: AsyncSession, body: ChangeCreate, service: Service, now: datetime) -> Order:
    return Order(
        id=uuid4(), version=1, kind=OrderKind.change, workspace_id=service.workspace_id, service_id=service.id,
        former=has_now(service), bill_group_id=service.bill_group_id,
        location_id=body.location_id or service.location_id, wanted_on=body.wanted_on, product_id=service.product_id,
        plan_version_id=body.plan_version_id, display_name=service.display_name, configuration=body.configuration,
        quantity=body.quantity, state=OrderState.placed, placed_at=now, origin=Origin.of(cause_of(session)),
    )  # fmt: skip


async def approve_change(
    session: AsyncSession, order: Order, *, now: datetime, real_now: datetime, **said: Any
) -> None:
    """Begin the change that a locked order asked for. What would refuse a new one refuses it."""
    assert order.service_id is not None, "a change is of a service"
    body = ChangeCreate(
        service_id=order.service_id, plan_version_id=order.plan_version_id, configuration=order.configuration,
        quantity=order.quantity, location_id=order.location_id,
    )  # fmt: skip
    service, product = await check_change(session, body, now=now)
    order.former = has_now(service)
    await begin_change(session, order, service, product, real_now=real_now, **said)


async def begin_change(
    session: AsyncSession, order: Order, service: Service, product: Product, *, real_now: datetime, **said: Any
) -> None:
    """Queue the work of a change whose service is locked, and publish it. Changes of the service that have failed are
    not tried again: this one takes their place. ``said`` are further fields of the event."""
    await refuse_others(session, service.id, Verb.change, real_now)
    await reserve(session, service, product, order.configuration, order.quantity)
    await give_up_failed_orders(session, service.id)
    move(order, OrderState.provisioning)
    move(service, ServiceState.changing)
    fields = standing_of(service, product) | {
        "order_id": order.id,
        "wanted_plan_version_id": order.plan_version_id,
        "wanted_quantity": order.quantity,
        "changed": changed_fields(service.configuration, order.configuration),
    }
    ordered = await emit(session, ServiceChangeOrdered.model_validate(fields | said))
    order.origin = replace(order.origin, causation_id=ordered.event_id)
    await session.flush()
    await work_on_change(session, order, service, product, now=real_now)


async def work_on_change(
    session: AsyncSession, order: Order, service: Service, product: Product, *, now: datetime
) -> None:
    """Queue the operation of a change. ``now`` is real time."""
    wanted = {"configuration": order.configuration, "quantity": order.quantity}
    await begin_work(
        session, service, product, Verb.change, now=now, order_id=order.id, wanted=wanted, origin=order.origin
    )


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """The fields of two configurations that are not alike."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
