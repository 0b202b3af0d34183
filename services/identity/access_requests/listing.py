"""The list of a workspace's access requests, and that of a person: hot reads, without the ORM."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.access_requests.models import AccessRequestState, told_state
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
OWN = """
SELECT a.id::text, a.name, a.asked_at, a.expires_at, a.withdrawn_at, r.state AS request_state, r.reason
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
    return [_told(row, real_now) for row in await read.fetch(OWN, user_id)]


def _told(row: Any, real_now: datetime) -> dict[str, Any]:
    state = told_state(row["request_state"], row["withdrawn_at"], row["expires_at"], real_now)
    return {name: row[name] for name in ("id", "name", "asked_at", "expires_at", "reason")} | {"state": state}
