"""The list of a workspace's invitations: a hot read, without the ORM."""

from datetime import datetime
from typing import Any

from services.identity.invitations.models import InvitationState
from services.identity.invitations.schemas import InvitationsQuery
from shared.lists import Listing, Sort, Wanted, fetch_list
from shared.reads import ScopedReads

SHOWN = """
SELECT t.id::text, t.address, t.display_name, t.role, t.state, t.inviter, t.sent_at, t.expires_at FROM ({rows}) t
"""
INVITATIONS = Listing(
    table="invitations",
    sorts={"sent_at": Sort("sent_at", "timestamptz", datetime, descending=True)},
    filters={"state": tuple(InvitationState)},
    named="t.state <> '{}'",
)


async def list_invitations(read: ScopedReads, query: InvitationsQuery) -> dict[str, Any]:
    """A page of the invitations, newest first."""
    wanted = Wanted(query, "sent_at", {"state": query.state and [query.state]})
    rows, about = await fetch_list(read, INVITATIONS, wanted, SHOWN)
    return {"items": [dict(row.items()) for row in rows], **about}
