"""What the gateway tells of a method: saved, verified, refused, ending, gone."""

from calendar import monthrange
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.gateways.events import MethodExpiring, MethodSaved
from services.billing.payment_methods.models import SHOWN, MethodState, PaymentMethod
from services.billing.payment_methods.service import default_method, drop, lock_method, make_default, publish, switch
from shared.events.billing import PaymentMethodAdded
from shared.outbox import Cause, cause_of


async def save_method(session: AsyncSession, event: MethodSaved) -> None:
    """A method was saved or verified. The first one of a group is its default. One that was removed meanwhile stays
    removed, and is deleted at the gateway."""
    group, method = await lock_method(session, event.workspace_id, event.method_id)
    if method.state == MethodState.removed:
        method.reference = method.reference or event.reference
        method.due_at = func.clock_timestamp()
        return
    session.info["cause"] = _owners_cause(session, method)
    is_new, was_active = method.state == MethodState.requested, method.state == MethodState.active
    method.reference, method.brand, method.last_four = event.reference, event.brand, event.last_four
    if event.expires_year and event.expires_month:
        method.expires_on = last_day(event.expires_year, event.expires_month)
    method.state = _state(method, verified=event.verified or was_active, today=cause_of(session).now.date())
    if is_new:
        await publish(session, method, PaymentMethodAdded, verified=method.state == MethodState.active)
    await session.flush()
    if method.state == MethodState.active and await default_method(session, group) is None:
        await make_default(session, method)


def _state(method: PaymentMethod, *, verified: bool, today: date) -> MethodState:
    if method.expires_on and method.expires_on < today:
        return MethodState.expired
    return MethodState.active if verified else MethodState.pending_verification


def _owners_cause(session: AsyncSession, method: PaymentMethod) -> Cause:
    """The person who began to save it, at this moment."""
    now = cause_of(session).now
    cause = method.origin.cause(now)
    if cause.actor.user_id is None:
        return cause
    actor = cause.actor.model_copy(update={"kind": "user"})
    return Cause(actor, now, cause.correlation_id, cause.causation_id, cause.parent_workspace_id)


async def lose_method(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> None:
    """The gateway cannot charge it any more, or refused it: it is removed here, too. Without a default, auto-pay ends:
    it would charge nothing, and reminders would stay away."""
    group, method = await lock_method(session, workspace_id, method_id)
    if method.state == MethodState.removed:
        return
    was_default = method.is_default
    await drop(session, method)
    await session.flush()
    if was_default:
        await switch(session, group, on=False)


async def set_expiry(session: AsyncSession, event: MethodExpiring) -> None:
    """The gateway says when a method ends, such as after a bank has sent a new card."""
    _, method = await lock_method(session, event.workspace_id, event.method_id)
    ends = last_day(event.expires_year, event.expires_month)
    if method.state not in SHOWN or method.expires_on == ends:
        return
    later = method.expires_on is None or ends > method.expires_on
    method.expires_on = ends
    if later:
        method.notices = 0
    if method.state in (MethodState.active, MethodState.expired):
        method.state = _state(method, verified=True, today=cause_of(session).now.date())
    method.version += 1
    await session.flush()


def last_day(year: int, month: int) -> date:
    """A card can be charged to the end of its month."""
    return date(year, month, monthrange(year, month)[1])
