"""Hot reads of who has signed up for locations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.reads import ScopedReads

MOST = 100
_STATUS = f"""
SELECT l.location_id::text AS id, p.people, CASE WHEN p.people > 0 THEN 'connected' ELSE 'not_connected' END AS status,
       i.sent_at, i.expires_at, i.reminded_at, i.undelivered_at
  FROM unnest($2::uuid[]) AS asked(id)
  JOIN locations l ON l.location_id = asked.id AND l.workspace_id = $1
  CROSS JOIN LATERAL (SELECT count(*) AS people FROM (
      SELECT FROM grants g WHERE g.location_id = l.location_id AND g.workspace_id = $1 LIMIT {MOST + 1}) f) p
  LEFT JOIN LATERAL (SELECT v.sent_at, v.expires_at, v.reminded_at, v.undelivered_at FROM invitations v
      WHERE v.workspace_id = $1 AND v.state = 'pending' AND v.location_ids <> '{{}}'
        AND v.location_ids @> ARRAY[l.location_id]
      ORDER BY v.sent_at DESC LIMIT 1) i ON true
"""  # noqa: S608 - constants
_PEOPLE = f"""
SELECT g.user_id::text, u.address, u.display_name, g.granted_at AS since, g.last_active_at,
       b.display_name AS let_in_by
  FROM grants g CROSS JOIN LATERAL (SELECT * FROM users WHERE id = g.user_id OFFSET 0) u
  LEFT JOIN LATERAL (SELECT * FROM users WHERE id = g.let_in_by OFFSET 0) b ON true
 WHERE g.workspace_id = $1 AND g.location_id = $2 ORDER BY g.person_name, g.user_id LIMIT {MOST}
"""  # noqa: S608 - constants


async def read_statuses(read: ScopedReads, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The portal status of each of these locations that is known here."""
    rows = await read.fetch(_STATUS, read.access.workspace_id, list(ids))
    return [_status(dict(row.items())) for row in rows]


async def list_people(read: ScopedReads, location_id: UUID) -> list[dict[str, Any]]:
    """The first hundred people of a location, by name."""
    return [dict(row.items()) for row in await read.fetch(_PEOPLE, read.access.workspace_id, location_id)]


def _status(row: dict[str, Any]) -> dict[str, Any]:
    invitation = {name: row.pop(name) for name in ("sent_at", "expires_at", "reminded_at", "undelivered_at")}
    return row | {"invitation": invitation if invitation["sent_at"] else None}
