"""What was mailed to a person, and having it mailed again. A mail that the person asks for again is a new one (D23)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.notices.reading import VISIBLE, seen_by
from services.notifications.own_mails.models import OwnMail, OwnMailState
from services.notifications.topics import RecipientKind, Topic
from shared.auth import Access
from shared.errors import Conflict, NotFound, TooManyRequests
from shared.events import Via
from shared.events.notifications import MessageAskedAgain
from shared.language import Localisation, gettext, localised_for
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.scope import acting_in
from shared.tables import WORKSPACE

MOST_A_DAY = 10
BOUNCED = "bounced"
"""Why a mail did not reach its recipient, for them: it came back, or was not sent since others had."""
PAUSE = timedelta(hours=1)
"""After which the same mail can be asked for again."""
DAY = timedelta(days=1)
FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
# A mail is listed whatever became of the person's access: they have it. It is sent again only to who still has access.
PAGE = first_rows(
    f"""
SELECT n.id::text, n.topic, n.about, n.state, n.why, n.created_at AS at, n.ended_at, w.display_name AS workspace_name,
       (n.state IN ('sent', 'failed') OR n.why IS NOT DISTINCT FROM 'bounced') AND {VISIBLE}
       AND coalesce(n.asked_again_at < clock_timestamp() - interval '1 hour', true) AS may_be_sent_again
  FROM own_mails n LEFT JOIN workspace_copies w ON w.id = n.workspace_id
 WHERE (n.created_at, n.id) < ($5, $6) AND ($4 OR n.workspace_id = {WORKSPACE})
 ORDER BY n.created_at DESC, n.id DESC
""",  # noqa: S608 - constants
    "$7",
)
ONE = f"SELECT n.id FROM own_mails n WHERE n.id = $5 AND {VISIBLE}"  # noqa: S608 - constants


class NotToBeSentAgain(Conflict):
    """The mail is still being sent, was switched off by its recipient, or was asked for again within the last hour."""

    title = "The mail is not sent again"


class TooManyAgain(TooManyRequests):
    """A person can have ten mails a day sent again."""

    title = "Too many mails asked for again"


async def list_own_mails(read: ScopedReads, *, cursor: str | None, limit: int, tag: str) -> list[dict[str, Any]]:
    """A page, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    found = await read.fetch(PAGE, *seen_by(read), *after, limit + 1)
    with localised_for(Localisation(tag)):
        return [dict(row.items()) | {"title": gettext(Topic(row["topic"]).row.title)} for row in found]


async def ask_again(session: AsyncSession, read: ScopedReads, mail_id: UUID, by: Access, now: datetime) -> None:
    """Have one of the caller's mails sent again, as a new one. ``now`` is real time. The worker that gets the event
    does it, because messages are closed to requests. Raises `NotFound`, `NotToBeSentAgain`, `TooManyAgain`."""
    await one_at_a_time(session, f"own mails {by.user_id}")
    if await read.fetchrow(ONE, *seen_by(read)[:3], True, mail_id) is None:
        raise NotFound("There is no such mail, or you have no access to what it is about any more.")
    mail = await session.get_one(OwnMail, mail_id)
    lately = mail.asked_again_at is not None and mail.asked_again_at > now - PAUSE
    ended = mail.state in (OwnMailState.sent, OwnMailState.failed) or mail.why == BOUNCED
    if not ended or lately:
        raise NotToBeSentAgain("It is not sent again now.")
    asked = select(func.count()).where(OwnMail.user_id == by.user_id, OwnMail.asked_again_at > now - DAY)
    if (await session.scalar(asked) or 0) >= MOST_A_DAY:
        raise TooManyAgain("Ten mails a day are sent again.", retry_after=3600)
    mail.asked_again_at = now
    actor = by.actor.model_copy(update={"via": Via.own})
    about = {"topic": mail.topic, "recipient_kind": RecipientKind.user, "actor": actor}
    async with acting_in(session, mail.workspace_id, by.user_id):
        await emit(session, MessageAskedAgain(workspace_id=mail.workspace_id, message_id=mail.id, **about))
