"""Visits: work on behalf that is over, each with what was done during it. Hot reads, of the log's own entries: a visit
is the entry that says that it ended, and what the person did in that browser session since it began."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from services.audit.entries.listing import NEWEST, Wanted, find_entry, list_entries
from services.audit.entries.reading import read_entries
from services.audit.names.learning import read_id
from services.audit.personal_data.service import Keys, decrypt, unwrap
from shared.errors import NotFound
from shared.pages import decode_cursor, encode_cursor
from shared.reads import ScopedReads

ENDED, STARTED = "identity.on_behalf_ended", "identity.on_behalf_started"
MOST = 200
"""Entries of one visit that are read."""

# One part of an index (models.py) for each visit.
DEEDS = """
SELECT v.number - 1 AS number, e.*, (SELECT s.number FROM seals s WHERE s.position = e.position) AS seq,
       k.wrapped_key AS actor_key,
       (SELECT p.wrapped_key FROM person_keys p WHERE p.person_id = e.person_id) AS person_key
FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS v(user_id, since, until, number)
CROSS JOIN LATERAL (
  SELECT e.* FROM entries e WHERE e.workspace_id = $1 AND e.via = 'on_behalf' AND e.actor_id = v.user_id
    AND e.at >= v.since AND e.at <= v.until ORDER BY e.at DESC, e.position DESC LIMIT $5) e
LEFT JOIN person_keys k ON k.person_id = e.actor_id
ORDER BY v.number, e.at DESC, e.position DESC
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """The entry that says that a visit ended, as somebody may see it."""

    entry: dict[str, Any]

    @property
    def details(self) -> Mapping[str, Any]:
        return self.entry["details"] or {}

    @property
    def grant(self) -> Mapping[str, Any]:
        grant = self.details.get("grant")
        return grant if isinstance(grant, dict) else {}

    @property
    def user_id(self) -> UUID:
        found: UUID = self.entry["subject"]["id"]
        return found

    @property
    def started_at(self) -> datetime | None:
        said = self.details.get("started_at")
        return datetime.fromisoformat(said) if isinstance(said, str) else None

    def has(self, row: Any, keys: Keys) -> bool:
        """Whether it was done during the visit: in its browser session, as far as that can be read."""
        session_id = read_id(decrypt(keys, row["actor_id"], row["actor_sealed"]).get("session_id"))
        of_visit = read_id(self.grant.get("session_id"))
        return row["action"] not in (STARTED, ENDED) and session_id in (None, of_visit)

    def shown(self, rows: Sequence[Any] | None) -> dict[str, Any]:
        """In the shape of `VisitRead`. ``rows`` are its entries, newest first, one more than are shown; None: it is not
        known which they are."""
        times = Counter(row["action"] for row in reversed((rows or [])[:MOST]))
        return {
            "id": self.entry["id"],
            "user": {
                "id": self.user_id,
                "address": self.details.get("address"),
                "display_name": self.entry["names"].get(str(self.user_id)),
            },
            "role": self.grant.get("role", ""),
            "started_at": self.started_at,
            "ended_at": self.entry["at"],
            "end": self.details.get("reason", "ended"),
            "reason": self.details.get("given_reason"),
            "deeds": None if rows is None else [{"action": each, "times": count} for each, count in times.items()],
            "more": len(rows or ()) > MOST,
        }


async def page_of_visits(
    read: ScopedReads, secret: SecretStr, own_id: UUID | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of `VisitRead`; of visits that ``own_id`` ended themselves only, if it is given."""
    before = decode_cursor(cursor, tuple[datetime, int]) if cursor else NEWEST
    found = await list_entries(read, secret, Wanted(own_id, action=ENDED), before, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit
    following = encode_cursor(shown[-1]["at"], shown[-1]["position"]) if more else None
    visits = await _visits(read, secret, shown)
    deeds = await _deeds(read, secret, visits)
    return {"items": [visit.shown(rows) for visit, rows in zip(visits, deeds, strict=True)], "next": following}


async def one_visit(read: ScopedReads, secret: SecretStr, visit_id: UUID, own_id: UUID | None) -> dict[str, Any]:
    """`VisitDetailRead`. Raises `NotFound`, also for another entry."""
    row = await find_entry(read, visit_id, own_id)
    if row is None or row["action"] != ENDED:
        raise NotFound("There is no such visit.")
    visits = await _visits(read, secret, [row])
    [rows] = await _deeds(read, secret, visits)
    return visits[0].shown(rows) | {"entries": await read_entries(read, secret, (rows or [])[:MOST])}


async def _visits(read: ScopedReads, secret: SecretStr, rows: Sequence[Any]) -> list[Visit]:
    """With the address of whoever acted last where that is the visitor."""
    visits = [Visit(entry) for entry in await read_entries(read, secret, rows)]
    for visit in visits:
        actor = visit.entry["actor"]
        if visit.entry["details"] is not None and actor["id"] == visit.user_id:
            visit.entry["details"].setdefault("address", actor["address"])
    return visits


async def _deeds(read: ScopedReads, secret: SecretStr, visits: Sequence[Visit]) -> list[list[Any] | None]:
    """The entries of each visit, newest first, at most one more than are shown."""
    known = [number for number, visit in enumerate(visits) if visit.started_at]
    asked = [visits[number] for number in known]
    spans = [each.user_id for each in asked], [each.started_at for each in asked], [each.entry["at"] for each in asked]
    rows = await read.fetch(DEEDS, read.access.workspace_id, *spans, MOST + 3) if asked else []
    keys = unwrap({row["actor_id"]: row["actor_key"] for row in rows}, secret)
    found: list[list[Any] | None] = [None] * len(visits)
    for number in known:
        found[number] = []
    for row in rows:
        of = found[known[row["number"]]]
        if of is not None and visits[known[row["number"]]].has(row, keys):
            of.append(row)
    return found
