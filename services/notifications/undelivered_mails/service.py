"""Mails of all workspaces that wait for a recipient or could not be sent, for the provider's staff."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.topics import Topic
from services.notifications.undelivered_mails.models import UndeliveredMail, UndeliveredState
from shared.auth import Access
from shared.errors import Conflict, NotFound
from shared.events import Via
from shared.events.notifications import MessageRetried
from shared.language import Localisation, gettext, localised_for
from shared.outbox import emit
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
PAGE = first_rows(
    """
SELECT u.message_id::text AS id, u.topic, u.recipient_kind, u.workspace_id::text, u.about, u.since, u.state, u.reason,
       u.answer, u.tries, u.tried_at, u.due_at, w.display_name AS customer_name,
       coalesce(w.kind = 'customer' AND p.kind = 'provider', false) AS is_own_customer
  FROM undelivered_mails u
  LEFT JOIN workspace_copies w ON w.id = u.workspace_id
  LEFT JOIN workspace_copies p ON p.id = w.parent_workspace_id
 WHERE (u.since, u.message_id) < ($1, $2)
 ORDER BY u.since DESC, u.message_id DESC
""",
    "$3",
)


class AlreadyBeingSent(Conflict):
    """Somebody else had the mail tried again, or it is due by itself."""

    title = "The mail is being sent"


async def list_undelivered(read: ScopedReads, *, cursor: str | None, limit: int, tag: str) -> list[dict[str, Any]]:
    """A page, the newest mail first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    found = await read.fetch(PAGE, *after, limit + 1)
    with localised_for(Localisation(tag)):
        return [dict(row.items()) | {"title": gettext(Topic(row["topic"]).row.title)} for row in found]


async def workspace_of_undelivered(session: AsyncSession, message_id: UUID) -> UUID:
    """The workspace of a mail of the list, in the provider's scope. Raises `NotFound`."""
    found = await session.scalar(select(UndeliveredMail.workspace_id).where(UndeliveredMail.message_id == message_id))
    if found is None:
        raise NotFound("This mail was sent meanwhile, or there is none.")
    return found


async def retry_mail(session: AsyncSession, message_id: UUID, by: Access, now: datetime) -> None:
    """Have a mail tried again at once, in the scope of its workspace, in whose log it is filed. ``now`` is real time.
    The worker that gets the event does it, because deliveries are closed to requests. Raises `AlreadyBeingSent`."""
    row = await session.get(UndeliveredMail, message_id, with_for_update=True)
    if row is None:
        raise NotFound("This mail was sent meanwhile, or there is none.")
    if row.due_at is not None and row.due_at <= now:
        raise AlreadyBeingSent("The mail is being sent.")
    row.state, row.due_at = UndeliveredState.retrying, now
    await session.flush()
    elsewhere = by.workspace_id != row.workspace_id
    actor = by.actor.model_copy(update={"via": Via.parent}) if elsewhere else by.actor
    about = {"topic": row.topic, "recipient_kind": row.recipient_kind, "actor": actor}
    await emit(session, MessageRetried(workspace_id=row.workspace_id, message_id=message_id, **about))
