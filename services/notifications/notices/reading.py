"""The notices of a person, as far as their access of now lets them see what they are about. Each is told in the
reader's language when it is read, in the words of its mail."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.notifications.mails.content import MailContent, MailContext
from services.notifications.mails.contents import CONTENTS
from services.notifications.topics import Topic
from shared.auth.permissions import ROLES, level
from shared.copies import WorkspaceCopy
from shared.events import Via
from shared.language import Localisation, gettext, localised_for
from shared.language.zones import UTC as UTC_ZONE
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.tables import WORKSPACE

log = structlog.get_logger()

PERSONAL = [topic.value for topic in Topic if topic.row.personal]
ABOUT_MONEY = [topic.value for topic in Topic if topic.row.about_money]
SEES_MONEY = [role for role in ROLES if level("money.view", role, "customer")]
FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
COUNTED = 100
"""Unread notices that are counted."""
# Of the workspace that it is about, or whose users are told, the reader has a role, or is an admin of the company that
# sells to it; what is about the reader alone needs none. Work on behalf has grants of its own, which end with it, and
# shows what is about that workspace alone: its people may look on.
VISIBLE = f"""($4 OR n.workspace_id = {WORKSPACE}) AND (n.topic = ANY ($1) OR EXISTS (
      SELECT FROM access_grants g WHERE g.user_id = n.user_id AND g.session_id IS NULL
       AND (g.workspace_id = coalesce(n.seen_from, n.workspace_id) OR (n.seen_from IS NULL AND g.role = 'admin'
            AND g.workspace_id = (SELECT parent_workspace_id FROM workspace_copies WHERE id = n.workspace_id)))
       AND (n.topic <> ALL ($2) OR g.role = ANY ($3))))"""  # noqa: S608 - constants
SHOWN = "SELECT n.id, n.topic, n.workspace_id, n.facts::text AS facts, n.created_at AS at, n.read_at FROM notices n"
NEWEST = "ORDER BY n.created_at DESC, n.id DESC"
ALL = first_rows(f"{SHOWN} WHERE {VISIBLE} AND (n.created_at, n.id) < ($5, $6) {NEWEST}", "$7")
UNREAD = first_rows(
    f"{SHOWN} WHERE n.read_at IS NULL AND {VISIBLE} AND (n.created_at, n.id) < ($5, $6) {NEWEST}",
    "$7",
)
COUNT = f"SELECT count(*) AS unread FROM (SELECT FROM notices n WHERE n.read_at IS NULL AND {VISIBLE} LIMIT $5) AS u"  # noqa: S608
# Those that the notices are about, the companies above them, and the provider, whose staff are told of others.
PLACES = """
SELECT * FROM workspace_copies WHERE kind = 'provider' OR id = ANY ($1)
    OR id IN (SELECT parent_workspace_id FROM workspace_copies WHERE id = ANY ($1))
"""

Places = Mapping[UUID, WorkspaceCopy]


def seen_by(read: ScopedReads) -> tuple[list[str], list[str], list[str], bool]:
    """The first parameters of what the caller may see."""
    return PERSONAL, ABOUT_MONEY, SEES_MONEY, read.access.via == Via.own


async def count_unread(read: ScopedReads) -> int:
    found: int = (await read.fetchrow(COUNT, *seen_by(read), COUNTED))["unread"]
    return found


async def list_notices(
    read: ScopedReads, *, unread: bool, cursor: str | None, limit: int, reader: Localisation, public_url: str
) -> list[dict[str, Any]]:
    """A page, the newest first, with one notice more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    rows = await read.fetch(UNREAD if unread else ALL, *seen_by(read), *after, limit + 1)
    ids = list({row["workspace_id"] for row in rows})
    places = {row["id"]: _place(row) for row in await read.fetch(PLACES, ids)} if ids else {}
    with localised_for(reader):
        return [_told(row, places, public_url) for row in rows]


def _place(row: Mapping[str, Any]) -> WorkspaceCopy:
    values = {name: row[name] for name in WorkspaceCopy.__slots__}
    return WorkspaceCopy(**values | {"postal_lines": tuple(values["postal_lines"])})


def _told(row: Mapping[str, Any], places: Places, public_url: str) -> dict[str, Any]:
    topic, workspace = Topic(row["topic"]), places.get(row["workspace_id"])
    content = _content(topic, orjson.loads(row["facts"]), workspace, places, public_url)
    return {
        "id": str(row["id"]),
        "topic": topic,
        "title": content.subject if content else gettext(topic.row.title),
        "text": content.preview if content else "",
        "path": content.button.url.removeprefix(public_url) if content else "/",
        "workspace_id": str(row["workspace_id"]),
        "workspace_name": workspace.display_name if workspace else "",
        "at": row["at"],
        "is_read": row["read_at"] is not None,
    }


def _content(
    topic: Topic, facts: dict[str, Any], workspace: WorkspaceCopy | None, places: Places, public_url: str
) -> MailContent | None:
    """What the mail says. None where it cannot be written, as while the workspace's event has not arrived: an error in
    one notice does not affect the others."""
    if workspace is None:
        return None
    context = MailContext(public_url, workspace)
    context.parent = places.get(workspace.parent_workspace_id) if workspace.parent_workspace_id else None
    if topic.row.audience.is_staff:
        context.reader = next((place for place in places.values() if place.kind == "provider"), None)
    try:
        return CONTENTS[topic](facts, context)
    except Exception:
        log.exception("notice.not_written", topic=topic)
        return None


def reader_of(tag: str, zone: str | None) -> Localisation:
    return Localisation(tag, zone or UTC_ZONE)
