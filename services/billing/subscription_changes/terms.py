"""Days that come by themselves: a cancelled subscription ends, and a minimum term ends, is renewed, or is told of."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.periods import cycle_date
from services.billing.subscription_changes.service import CANCELLED, EXPIRED, Held, end, hold
from services.billing.subscriptions.closing import is_closing
from services.billing.subscriptions.models import AtTermEnd, Clock, Subscription
from services.billing.subscriptions.renewing import tell_renewed
from shared.events.billing import SubscriptionExpiring
from shared.outbox import emit

# While an account is being closed, no term is renewed, and nobody is told that one would be.
# A short term is told of when it is half over at the earliest. The newest notice alone is sent where several are due.
_NOTICE = """CASE WHEN term_ends_on <= :week THEN 7
    WHEN term_ends_on <= :month AND term_months <> 1 THEN 30
    WHEN term_ends_on <= :two_months AND term_months NOT IN (1, 2) THEN 60 END"""
_DUE = text(f"""
(SELECT id, workspace_id FROM subscriptions WHERE clock <> 'ended' AND ends_on <= :today LIMIT :most)
UNION ALL
(SELECT id, workspace_id FROM subscriptions
 WHERE clock IN ('started', 'paused') AND ends_on IS NULL AND term_ends_on <= :two_months
   AND (at_term_end = 'end' OR NOT EXISTS (
        SELECT FROM workspace_copies w WHERE w.id = subscriptions.workspace_id AND w.closes_at IS NOT NULL))
   AND (CASE WHEN at_term_end = 'end' THEN greatest(term_ends_on, unbilled_from) ELSE term_ends_on END <= :today
        OR term_ends_on > :today AND {_NOTICE} < coalesce(expiry_told, 61))
 ORDER BY term_ends_on LIMIT :most)
""")  # noqa: S608 - constants
_NOTICE_OF = text(f"SELECT {_NOTICE} FROM subscriptions WHERE id = :id")  # noqa: S608 - constants


def _days(today: date) -> dict[str, date]:
    ahead = {"week": 7, "month": 30, "two_months": 60}
    return {name: today + timedelta(days=days) for name, days in ahead.items()}


async def due_terms(session: AsyncSession, *, today: date, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Subscriptions of which something ends, or a notice is due, with their workspaces. Look again under the lock
    (`come_to_terms`)."""
    found = await session.execute(_DUE, _days(today) | {"today": today, "most": limit})
    return [(row.id, row.workspace_id) for row in found]


async def come_to_terms(session: AsyncSession, subscription_id: UUID, *, today: date, now: datetime) -> bool:
    """Do what is due of a subscription. Returns whether anything was."""
    held = await hold(session, await session.get_one(Subscription, subscription_id), today)
    if held is None or held.subscription.clock == Clock.ended:
        return False
    one = held.subscription
    if one.ends_on is not None:
        if one.ends_on > today:
            return False
        held.on = max(one.ends_on, one.terms_from or one.ends_on)
        await end(held, CANCELLED, at=now)
        return True
    if one.term_ends_on is None or not held.is_running or await _waits(session, one):
        return False
    if one.term_ends_on > today:
        return await _tell_of_end(held, one.term_ends_on, today)
    return await _end_term(held, one.term_ends_on, today=today, now=now)


async def _waits(session: AsyncSession, one: Subscription) -> bool:
    """Whether its term is not renewed, because the account is being closed."""
    return one.at_term_end != AtTermEnd.end and await is_closing(session, one.workspace_id)


async def _end_term(held: Held, term_ends_on: date, *, today: date, now: datetime) -> bool:
    one = held.subscription
    match one.at_term_end:
        case AtTermEnd.end:
            last = max(term_ends_on, one.unbilled_from or term_ends_on)  # what is paid is provided
            if last > today:
                return False
            held.on = max(last, one.terms_from or last)
            await end(held, EXPIRED, at=now)
        case AtTermEnd.renew if one.term_months:
            later = cycle_date(term_ends_on, one.term_months)
            await tell_renewed(held.session, one, later, by_itself=True)
        case _:
            one.term_ends_on = one.expiry_told = None
            await held.session.flush()
    return True


async def _tell_of_end(held: Held, term_ends_on: date, today: date) -> bool:
    one = held.subscription
    notice: Literal[60, 30, 7] | None = await held.session.scalar(_NOTICE_OF, _days(today) | {"id": one.id})
    if notice is None or notice >= (one.expiry_told or 61):
        return False
    one.expiry_told = notice
    facts = {"term_ends_on": term_ends_on, "days_left": notice, "at_term_end": one.at_term_end}
    facts |= {"display_name": one.description}
    await emit(held.session, SubscriptionExpiring.model_validate(held.about() | facts))
    return True
