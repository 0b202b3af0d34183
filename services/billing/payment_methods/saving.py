"""What the gateway tells of a method: saved, verified, refused, ending, gone."""

from calendar import monthrange
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.gateways.events import MethodExpiring, MethodSaved
from services.billing.payment_methods.models import SHOWN, MethodState, PaymentMethod
from services.billing.payment_methods.service import default_method, drop, lock_method, make_default, publish, switch
from services.billing.settings import Settings
from shared.events.billing import PaymentMethodAdded
from shared.outbox import cause_of


async def save_method(session: AsyncSession, settings: Settings, event: MethodSaved) -> None:
    """A method was saved or verified. The first one of a group is its default. One that was removed meanwhile stays
    removed, and is deleted at the gateway."""
    group, method = await lock_method(session, event.workspace_id, event.method_id)
    if method.state == MethodState.removed:
        method.reference = method.reference or event.reference
        method.due_at = func.clock_timestamp()
        return
    session.info["cause"] = method.origin.persons_cause(cause_of(session).now)
    is_new, was_active = method.state == MethodState.requested, method.state == MethodState.active
    method.reference, method.brand, method.last_four = event.reference, event.brand, event.last_four
    if event.expires_year and event.expires_month:
        method.expires_on = last_day(event.expires_year, event.expires_month)
    today = settings.day_of(cause_of(session).now)
    method.state = _state(method, verified=event.verified or was_active, today=today)
    if is_new:
        await publish(session, method, PaymentMethodAdded, verified=method.state == MethodState.active)
    await session.flush()
    if method.state == MethodState.active and await default_method(session, group) is None:
        await make_default(session, method)


def _state(method: PaymentMethod, *, verified: bool, today: date) -> MethodState:
    if method.expires_on and method.expires_on < today:
        return MethodState.expired
    return MethodState.active if verified else MethodState.pending_verification


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


async def set_expiry(session: AsyncSession, settings: Settings, event: MethodExpiring) -> None:
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
        method.state = _state(method, verified=True, today=settings.day_of(cause_of(session).now))
    method.version += 1
    await session.flush()


def last_day(year: int, month: int) -> date:
    """A card can be charged to the end of its month."""
    return date(year, month, monthrange(year, month)[1])
