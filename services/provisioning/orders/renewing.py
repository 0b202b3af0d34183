"""Renewals: the minimum term of a service's subscription shall end later. A renewal is an order, for people who have to
ask (D2). What a term is, and whether it can end later, is billing's to say: it answers the order."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.operations.beginning import lock_service, require_state
from services.provisioning.orders.asking import ask_for
from services.provisioning.orders.closing import refuse_closing
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.fulfilment import describe_order_event
from services.provisioning.orders.models import Order
from services.provisioning.orders.refusals import ServiceEnding
from services.provisioning.orders.schemas import ExtensionCreate, OrderRead, RenewalCreate
from services.provisioning.orders.service import lock_order
from services.provisioning.plans.service import PlanSuperseded
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import OrderKind, OrderState, ServiceState, move
from shared.auth import Access
from shared.events.billing import SubscriptionRenewalRefused, SubscriptionRenewed
from shared.events.provisioning import RenewalOrdered
from shared.origin import Origin
from shared.outbox import cause_of, emit

RENEWABLE = (ServiceState.active, ServiceState.changing, ServiceState.suspended)
FAILURES = {
    "not_renewable": "The subscription has no minimum term, has not started, or ends.",
    "too_long": "The term would end more than 60 months from now.",
    "not_a_multiple": "The months are no whole terms of the plan.",
    "term_changed": "The term or the plan was changed meanwhile.",
}
"""In English, by billing's reasons."""


async def order_renewal(
    session: AsyncSession, body: RenewalCreate | ExtensionCreate, *, by: Access, now: datetime
) -> OrderRead:
    """Have billing renew a subscription; or ask for it, where the caller's role has to ask. Raises what
    `check_renewal` raises, and `TooManyWaiting`."""
    service, product = await check_renewal(session, body.service_id)
    months = body.months if isinstance(body, ExtensionCreate) else None
    order = _new_renewal(session, body, months, service, now)
    if by.level == "ask":
        return await ask_for(session, order, product, body.message, by=by, now=now)
    session.add(order)
    await begin_renewal(session, order, service, product)
    return await read_back(session, order)


async def check_renewal(session: AsyncSession, service_id: UUID) -> tuple[Service, Product]:
    """The locked service and the product of a renewal that could be ordered. Raises `NotFound`, `WorkspaceIsClosing`,
    `ServiceNotActive` or `ServiceEnding`."""
    service = await lock_service(session, service_id)
    await refuse_closing(session, service.workspace_id)
    require_state(service, *RENEWABLE)
    if service.cancelled_by:
        raise ServiceEnding("The service is cancelled. Undo that first.")
    return service, await session.get_one(Product, service.product_id)


def _new_renewal(
    session: AsyncSession, body: RenewalCreate, months: int | None, service: Service, now: datetime
) -> Order:
    return Order(
        id=uuid4(), version=1, kind=OrderKind.renew, workspace_id=service.workspace_id, service_id=service.id,
        months=months, term_ends_on=body.term_ends_on, bill_group_id=service.bill_group_id,
        location_id=service.location_id,
        product_id=service.product_id, plan_version_id=service.plan_version_id, display_name=service.display_name,
        configuration=service.configuration, quantity=service.quantity, state=OrderState.placed, placed_at=now,
        origin=Origin.of(cause_of(session)),
    )  # fmt: skip


async def approve_renewal(session: AsyncSession, order: Order, **said: Any) -> None:
    """Have billing renew what a locked order asked for. What would refuse a new renewal refuses it, and another plan
    than the one that was shown."""
    assert order.service_id is not None, "a renewal is of a service"
    service, product = await check_renewal(session, order.service_id)
    if service.plan_version_id != order.plan_version_id:
        raise PlanSuperseded("The service has another plan by now.")
    await begin_renewal(session, order, service, product, **said)


async def begin_renewal(session: AsyncSession, order: Order, service: Service, product: Product, **said: Any) -> None:
    """Publish an order in state placed, which billing answers. ``said`` are further fields of the event."""
    await session.flush()
    about = {"months": order.months, "term_ends_on": order.term_ends_on, "ordered_by": order.begun_by}
    fields = describe_order_event(order, service, product) | about | said
    ordered = await emit(session, RenewalOrdered.model_validate(fields))
    order.origin = replace(order.origin, causation_id=ordered.event_id)
    await session.flush()


async def conclude_renewal(session: AsyncSession, event: SubscriptionRenewed | SubscriptionRenewalRefused) -> None:
    """What billing has answered. It is not tried again: whoever wants it asks anew. Events of no order, and what is
    said twice, change nothing."""
    if event.order_id is None:
        return
    order = await lock_order(session, event.order_id)
    if order.kind != OrderKind.renew or order.state != OrderState.placed:
        return
    if isinstance(event, SubscriptionRenewed):
        move(order, OrderState.fulfilled)
        return
    move(order, OrderState.failed)
    order.failure, order.failure_code = FAILURES[event.reason], f"renewal_{event.reason}"
