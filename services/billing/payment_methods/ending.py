"""Methods that end: notices before, the state afterwards, and deletion at the gateway after removal."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.gateways.calling import BATCH, LEASE, called
from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.port import GatewayUnavailable
from services.billing.payment_methods.models import MethodState, PaymentMethod
from services.billing.payment_methods.service import drop, lock_method, publish
from shared.events.billing import PaymentMethodExpiring
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, Retry, claim

NOTICES = (timedelta(days=30), timedelta(days=7))
"""How long before its end people are told. If both are due, only the later one is sent."""
RETRY = Retry(tries=100, pauses=(timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)))

_DUE = """
SELECT id, workspace_id FROM payment_methods WHERE state = 'active' AND expires_on IS NOT NULL
    AND (expires_on < :today OR (notices < 1 AND expires_on <= :first) OR (notices < 2 AND expires_on <= :second))
ORDER BY expires_on LIMIT :limit
"""


async def ending_methods(session: AsyncSession, *, today: date, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Methods that end soon, or have ended, with their workspaces. Look again under the lock (`end_method`)."""
    first, second = (today + before for before in NOTICES)
    found = await session.execute(text(_DUE), {"today": today, "first": first, "second": second, "limit": limit})
    return [(row.id, row.workspace_id) for row in found]


async def end_method(session: AsyncSession, method_id: UUID, *, today: date) -> bool:
    """Tell of an active method's end, each notice once, or let it end. Returns whether anything was due."""
    query = select(PaymentMethod).where(PaymentMethod.id == method_id, PaymentMethod.state == MethodState.active)
    method = await session.scalar(query.with_for_update(skip_locked=True))
    if method is None or method.expires_on is None:
        return False
    if method.expires_on < today:
        method.state = MethodState.expired
        method.version += 1
        return True
    due = sum(method.expires_on - before <= today for before in NOTICES)
    if due <= method.notices:
        return False
    method.notices = due
    left = (method.expires_on - today).days
    about = {"expires_on": method.expires_on, "days_left": left, "is_default": method.is_default}
    await publish(session, method, PaymentMethodExpiring, **about)
    return True


async def abandoned(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Methods that nobody entered, a day after their page has closed: the gateway may still tell of one until then.
    With their workspaces. ``now`` is real time."""
    over = (PaymentMethod.state == MethodState.requested, PaymentMethod.page_until < now - timedelta(days=1))
    found = await session.execute(select(PaymentMethod.id, PaymentMethod.workspace_id).where(*over).limit(limit))
    return [(row.id, row.workspace_id) for row in found]


async def abandon(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> bool:
    """Forget a method that nobody entered."""
    _, method = await lock_method(session, workspace_id, method_id)
    if method.state != MethodState.requested:
        return False
    await drop(session, method)
    return True


async def claim_removed(job: JobContext, session: AsyncSession) -> Sequence[Claim[PaymentMethod]]:
    return await claim(session, PaymentMethod, RETRY, now=job.real_now, lease=LEASE, limit=BATCH)


async def forget_method(job: JobContext, row: PaymentMethod) -> bool:
    """Delete a removed method at the gateway. Returns whether that is done."""
    gateway = gateway_of(job.settings, job.sessions, job.clock)
    if row.reference is None or row.gateway != gateway.name:
        return True
    try:
        await called("forget", gateway.forget(row.reference, key=f"forget-{row.id}"))
    except GatewayUnavailable:
        return False
    return True


async def release(job: JobContext, session: AsyncSession, row: PaymentMethod, outcome: bool | GivenUp) -> None:
    row.due_at = None if outcome is True or isinstance(outcome, GivenUp) else RETRY.next_try(row, job.real_now)
