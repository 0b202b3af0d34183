"""The list of a workspace's access requests, and that of a person: hot reads, without the ORM."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.access_requests.models import AccessRequestState
from services.identity.access_requests.schemas import AccessRequestsQuery
from shared.errors import NotFound
from shared.lists import Listing, Sort, Wanted, fetch_list
from shared.reads import ScopedReads

SHOWN = """
SELECT t.id::text, t.user_id::text, u.address, u.display_name, t.message, t.state, t.asked_at, t.expires_at,
       d.display_name AS decider, t.reason
FROM ({rows}) t CROSS JOIN LATERAL (SELECT * FROM users WHERE id = t.user_id OFFSET 0) u
LEFT JOIN LATERAL (SELECT * FROM users WHERE id = t.decided_by OFFSET 0) d ON true
"""
ACCESS_REQUESTS = Listing(
    table="access_requests",
    sorts={"asked_at": Sort("asked_at", "timestamptz", datetime, descending=True)},
    filters={"state": tuple(AccessRequestState)},
    named="t.state <> '{}'",
)
ONE = SHOWN.format(rows="SELECT t.* FROM access_requests t WHERE t.workspace_id = $1 AND t.id = $2")
# What nobody answers ends for its person on the day it would, whether such a workspace exists or not.
OWN = """
SELECT a.id::text, a.name, a.asked_at, a.expires_at, r.reason,
       CASE WHEN a.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN r.state <> 'pending' THEN r.state
            WHEN a.expires_at <= $2 THEN 'expired' ELSE 'pending' END AS state
FROM asked_workspaces a LEFT JOIN access_requests r ON r.id = a.request_id
WHERE a.user_id = $1 ORDER BY a.asked_at DESC, a.id DESC LIMIT 100
"""


async def list_access_requests(read: ScopedReads, query: AccessRequestsQuery) -> dict[str, Any]:
    """A page of the requests for access to this workspace, newest first."""
    wanted = Wanted(query, "asked_at", {"state": query.state and [query.state]})
    rows, about = await fetch_list(read, ACCESS_REQUESTS, wanted, SHOWN)
    return {"items": [dict(row.items()) for row in rows], **about}


async def read_access_request(read: ScopedReads, request_id: UUID) -> dict[str, Any]:
    """Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, request_id)
    if row is None:
        raise NotFound("There is no such request.")
    return dict(row.items())


async def list_own(read: ScopedReads, user_id: UUID, real_now: datetime) -> list[dict[str, Any]]:
    """The person's own requests of the last 90 days, newest first, at most 100."""
    return [dict(row.items()) for row in await read.fetch(OWN, user_id, real_now)]
