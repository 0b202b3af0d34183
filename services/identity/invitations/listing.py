"""The list of a workspace's invitations: a hot read, without the ORM."""

from datetime import datetime
from typing import Any

from services.identity.invitations.models import InvitationState
from services.identity.invitations.schemas import InvitationsQuery
from shared.lists import Listing, Search, Sort, Wanted, fetch_list
from shared.reads import ScopedReads

SHOWN = """
SELECT t.id::text, t.address, t.display_name, t.role, t.state, t.inviter, t.sent_at, t.expires_at,
  ARRAY(SELECT l.display_name FROM locations l WHERE l.location_id = ANY (t.location_ids) ORDER BY l.display_name)
    AS location_names, t.reminded_at, t.undelivered_at FROM ({rows}) t
"""
INVITATIONS = Listing(
    table="invitations",
    sorts={
        "sent_at": Sort("sent_at", "timestamptz", datetime, descending=True),
        "name": Sort("display_name", "text", str, key="{} COLLATE names"),
    },
    filters={"state": tuple(InvitationState)},
    search=Search("invitation_words", "invitation_id", "word", "search_text({})", repeats=True),
    named="t.state <> '{}'",
)


async def list_invitations(read: ScopedReads, query: InvitationsQuery) -> dict[str, Any]:
    """A page of the invitations, by default newest first."""
    wanted = Wanted(query, query.sort, {"state": query.state and [query.state]})
    rows, about = await fetch_list(read, INVITATIONS, wanted, SHOWN)
    return {"items": [dict(row.items()) for row in rows], **about}
