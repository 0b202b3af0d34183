"""The orders of accepted quotes: one per line, all of them or none, each once however often the event arrives (I7)."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.models import Order
from services.provisioning.orders.schemas import OrderCreate
from services.provisioning.orders.service import begin_order, check_agreed, new_order
from services.provisioning.plans.models import PlanVersion
from shared.errors import NotYetKnown, Permanent, Problem, Unavailable
from shared.events import Actor, Via
from shared.events.billing import QuotedLine, QuoteToOrder
from shared.events.provisioning import QuoteOrderRefused
from shared.one_at_a_time import one_at_a_time
from shared.origin import Origin
from shared.outbox import cause_of, emit

_ORDERS = UUID("7b0b7c0e-6a0d-4c39-9d5c-2f6f3f3c6f10")
"""Makes the id of an order from that of its line."""


class _LineRefused(Exception):
    """Carries a problem out of the savepoint that it undoes."""

    def __init__(self, line: QuotedLine, problem: Problem) -> None:
        self.line, self.problem = line, problem


def order_id_of(line_id: UUID) -> UUID:
    """The order that is placed for a line of a quote."""
    return uuid5(_ORDERS, str(line_id))


async def order_quote(session: AsyncSession, event: QuoteToOrder) -> None:
    """Place the orders of a quote, in the name of who accepted it. The prices were agreed, so that neither a withdrawn
    product nor a newer price counts, and nobody acknowledges them. What is not possible now is told, and nothing is
    ordered. Raises `NotYetKnown` until the prices have arrived, and `Unavailable` until the bill groups have."""
    await one_at_a_time(session, f"orders of quote {event.quote_id}")
    if await session.get(Order, order_id_of(event.lines[0].line_id)) is not None:
        return
    for line in event.lines:
        await _require_prices(session, event, line)
    try:
        async with session.begin_nested():
            for line in event.lines:
                await _place(session, event, line)
    except _LineRefused as refused:
        problem = refused.problem.slug()
        told = QuoteOrderRefused(
            workspace_id=event.workspace_id, subject_version=event.subject_version, quote_id=event.quote_id,
            number=event.number, display_name=refused.line.display_name, problem=problem,
        )  # fmt: skip
        await emit(session, told)


async def _require_prices(session: AsyncSession, event: QuoteToOrder, line: QuotedLine) -> None:
    plan = await session.get(PlanVersion, line.plan_version_id)
    if plan is None:
        raise NotYetKnown(f"Plan version {line.plan_version_id} is not known yet.")
    if (plan.offered_to, plan.product_id) != (event.workspace_id, line.product_id):
        raise Permanent(f"Plan version {plan.id} is not what was quoted to workspace {event.workspace_id}.")


async def _place(session: AsyncSession, event: QuoteToOrder, line: QuotedLine) -> None:
    body = OrderCreate(
        product_id=line.product_id, plan_version_id=line.plan_version_id, configuration=line.configuration,
        quantity=line.quantity, bill_group_id=event.bill_group_id, display_name=line.display_name,
    )  # fmt: skip
    cause = cause_of(session)
    real_now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    try:
        checked = await check_agreed(session, event.workspace_id, body)
        order = new_order(session, body, checked, event.workspace_id, cause.now)
        order.id, order.quote_id = order_id_of(line.line_id), event.quote_id
        buyer = _buyer(event)
        order.origin = _begun_by(order.origin, buyer)
        await begin_order(session, order, checked, now=cause.now, real_now=real_now, actor=buyer,
                          quote_id=event.quote_id)  # fmt: skip
    except Unavailable:
        raise
    except Problem as refusal:
        raise _LineRefused(line, refusal) from None


def _buyer(event: QuoteToOrder) -> Actor:
    """Who accepted the quote, also where staff have it ordered later."""
    if event.actor.user_id == event.accepted_by:
        return event.actor
    return Actor(kind="user", user_id=event.accepted_by, via=Via.own)


def _begun_by(origin: Origin, buyer: Actor) -> Origin:
    return Origin(
        correlation_id=origin.correlation_id, begun_by=buyer.user_id, begun_by_address=buyer.address,
        begun_via=buyer.via, causation_id=origin.causation_id, parent_workspace_id=origin.parent_workspace_id,
        traceparent=origin.traceparent,
    )  # fmt: skip
