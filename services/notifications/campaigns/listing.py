"""The campaigns of the provider, as staff see them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from services.notifications.topics import Topic
from shared.errors import NotFound
from shared.language import Localisation, gettext, localised_for
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.tables import WORKSPACE

FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
SHOWN = """
SELECT id::text, topic, texts #>> '{en,title}' AS title, state, created_at, scheduled_for, started_at, ended_at,
       recipients, is_prepared, sent_count AS sent, failed_count AS failed, opted_out_count AS opted_out,
       left_out_count AS left_out
"""
# Readers may read campaigns, too: row security alone would list those that staff have got themselves.
PAGE = first_rows(
    f"""
{SHOWN} FROM campaigns WHERE workspace_id = {WORKSPACE} AND (created_at, id) < ($1, $2)
 ORDER BY created_at DESC, id DESC
""",
    "$3",
)
ONE = f"""
{SHOWN}, version, texts::text AS texts, button_url, segment::text AS segment
  FROM campaigns WHERE workspace_id = {WORKSPACE} AND id = $1
"""


async def list_campaigns(read: ScopedReads, *, cursor: str | None, limit: int, tag: str) -> list[dict[str, Any]]:
    """A page, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    found = await read.fetch(PAGE, *after, limit + 1)
    with localised_for(Localisation(tag)):
        return [dict(row.items()) | _titled(row["topic"]) for row in found]


async def read_campaign(read: ScopedReads, campaign_id: UUID, tag: str) -> dict[str, Any]:
    """Raises `NotFound`."""
    found = await read.fetchrow(ONE, campaign_id)
    if found is None:
        raise NotFound("There is no such campaign.")
    with localised_for(Localisation(tag)):
        row = dict(found.items()) | _titled(found["topic"])
    return row | {name: orjson.loads(row[name]) for name in ("texts", "segment")}


def _titled(topic: str) -> dict[str, str]:
    return {"topic_title": gettext(Topic(topic).row.title)}
