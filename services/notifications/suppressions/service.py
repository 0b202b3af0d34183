"""Addresses that no mails are sent to, because they come back: for the provider's staff, and for the person whose
address it is. Both can have it tried again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.suppressions.models import Suppression
from services.notifications.topics import RecipientKind
from shared.auth import Access
from shared.errors import NotFound, TooManyRequests
from shared.events import Via
from shared.events.notifications import AddressReleased
from shared.outbox import emit
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.scope import acting_in

MOST_A_DAY = 3
NOT_SUPPRESSED = "Mails are sent to this address again, or there is no such entry."
FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
SHOWN = """
SELECT s.id::text, s.address, s.recipient_kind, s.workspace_id::text, s.reason, s.status, s.since,
       w.display_name AS customer_name, coalesce(w.kind = 'customer' AND p.kind = 'provider', false) AS is_own_customer
  FROM suppressions s
  LEFT JOIN workspace_copies w ON w.id = s.workspace_id
  LEFT JOIN workspace_copies p ON p.id = w.parent_workspace_id
 WHERE s.released_at IS NULL
"""
PAGE = first_rows(
    f"""{SHOWN}
   AND (s.since, s.id) < ($1, $2)
   AND ($3 = '' OR strpos(s.address, lower($3)) > 0 OR strpos(lower(w.display_name), lower($3)) > 0)
 ORDER BY s.since DESC, s.id DESC
""",
    "$4",
)
ONE = f"{SHOWN} AND s.id = $1"
OWN = """
SELECT since, reason, released_at, released_on, released_by_self FROM suppressions
 WHERE recipient_kind = 'user' AND recipient_id = $1
"""


class TooManyTries(TooManyRequests):
    """A person can have mails to themselves tried again three times a day."""

    title = "Tried too often today"


async def list_suppressions(
    read: ScopedReads, searched: str, *, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """A page, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    return [dict(row.items()) for row in await read.fetch(PAGE, *after, searched.strip(), limit + 1)]


async def read_suppression(read: ScopedReads, suppression_id: UUID) -> dict[str, Any]:
    """Raises `NotFound`."""
    row = await read.fetchrow(ONE, suppression_id)
    if row is None:
        raise NotFound(NOT_SUPPRESSED)
    return dict(row.items())


async def read_own(read: ScopedReads, now: datetime) -> dict[str, Any]:
    """``now`` is real time."""
    row = await read.fetchrow(OWN, read.access.user_id)
    if row is None or row["released_at"] is not None:
        return {"since": None, "reason": None, "tries_left": MOST_A_DAY}
    used = row["released_by_self"] if row["released_on"] == now.date() else 0
    return {"since": row["since"], "reason": row["reason"], "tries_left": max(0, MOST_A_DAY - used)}


async def release(session: AsyncSession, suppression_id: UUID, by: Access, now: datetime) -> None:
    """Have mails sent to an address again. It is filed in the log of its workspace. ``now`` is real time. Raises
    `NotFound`."""
    workspace_id = await session.scalar(select(Suppression.workspace_id).where(Suppression.id == suppression_id))
    if workspace_id is None:
        raise NotFound(NOT_SUPPRESSED)
    async with acting_in(session, workspace_id, by.user_id):
        found = await _lock(session, suppression_id)
        found.released_at = now
        await session.flush()
        elsewhere = by.workspace_id != workspace_id
        actor = by.actor.model_copy(update={"via": Via.parent}) if elsewhere else by.actor
        about = {"recipient_kind": found.recipient_kind, "recipient_id": found.recipient_id, "actor": actor}
        await emit(session, AddressReleased(workspace_id=workspace_id, by="staff", **about))


async def release_own(session: AsyncSession, by: Access, now: datetime) -> int:
    """Have mails sent to the caller again, and a test mail: the worker that gets the event sends it. Returns how
    often they can try again today. ``now`` is real time. Raises `NotFound`, `TooManyTries`."""
    mine = Suppression.recipient_kind == RecipientKind.user, Suppression.recipient_id == by.user_id
    own = await session.scalar(select(Suppression).where(*mine))
    if own is None:
        raise NotFound("Mails are sent to you.")
    async with acting_in(session, own.workspace_id, by.user_id):
        found = await _lock(session, own.id)
        used = found.released_by_self if found.released_on == now.date() else 0
        if used >= MOST_A_DAY:
            raise TooManyTries("Try again tomorrow, or ask your provider.", retry_after=3600)
        found.released_at, found.released_on, found.released_by_self = now, now.date(), used + 1
        await session.flush()
        actor = by.actor.model_copy(update={"via": Via.own})
        about = {"recipient_kind": found.recipient_kind, "recipient_id": found.recipient_id, "actor": actor}
        await emit(session, AddressReleased(workspace_id=found.workspace_id, by="person", **about))
    return MOST_A_DAY - used - 1


async def _lock(session: AsyncSession, suppression_id: UUID) -> Suppression:
    one = select(Suppression).where(Suppression.id == suppression_id, Suppression.released_at.is_(None))
    found = await session.scalar(one.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NOT_SUPPRESSED)
    return found
