"""The list of entries, and one of them: hot reads, without the ORM.

The statement has only the conditions that were asked for. One index serves these and the order, however many entries
there are. Seals and keys are looked up for each row that is shown: a join could be planned as a scan of all seals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from services.audit.personal_data.service import address_digests
from shared.pages import first_rows
from shared.reads import ScopedReads

Position = tuple[datetime, int]
NEWEST: Position = (datetime.max.replace(tzinfo=UTC), 2**63 - 1)
EVER = datetime.min.replace(tzinfo=UTC)

_ENTRIES = """
SELECT e.*, (SELECT s.number FROM seals s WHERE s.position = e.position) AS seq,
       (SELECT k.wrapped_key FROM person_keys k WHERE k.person_id = e.actor_id) AS actor_key,
       (SELECT k.wrapped_key FROM person_keys k WHERE k.person_id = e.person_id) AS person_key
FROM entries e
WHERE e.workspace_id = $1"""
_PAGE = _ENTRIES + " AND (e.at, e.position) < ($2, $3) AND e.at >= $4"
_OF_ONE, _OF_SEVERAL, _OF_ACTION = " AND e.actor_id = $6", " AND e.actor_id = ANY($6)", " AND e.action = "
_OF_SUBJECT, _OF_CORRELATION = " AND e.subject_id = ", " AND e.correlation_id = "
# Each of these says what the index of its filters says, so that PostgreSQL has no other one to choose (models.py).
_ALL, _OWN = " AND e.position > 0", " AND e.via <> 'system'"
_EVERY = " AND e.at > '-infinity'"
_OWN_TOO = " AND e.via IS DISTINCT FROM 'system'"
_OWN_OF_SUBJECT = _OWN_TOO + " AND e.position > -1"
_ON_BEHALF = " AND e.via = 'on_behalf'"
_NEWEST_FIRST = " ORDER BY e.at DESC, e.position DESC"
_PEOPLE = "SELECT person_id FROM person_keys WHERE address_digest = ANY($1)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for. ``own_id`` restricts them to what that person did themselves, without what the
    system did as a consequence (K15). Who asks for a subject, or for what belongs to one request, asks for nothing else
    but dates."""

    own_id: UUID | None = None
    actor: str | None = None
    actor_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    on_behalf: bool = False
    subject_id: UUID | None = None
    correlation_id: UUID | None = None

    @property
    def excludes_each_other(self) -> bool:
        alone = [self.subject_id, self.correlation_id]
        others = [self.action, self.actor, self.actor_id, self.on_behalf]
        return any(alone) and (all(alone) or any(others))


def page_of_entries(
    people: int, *, own: bool, action: bool = False, on_behalf: bool = False, subject: bool = False,
    correlation: bool = False,
) -> str:  # fmt: skip
    """The statement of the list, for these filters. ``people``: the number of those who may have acted, 0 for all."""
    of, following = ("", _OF_ONE, _OF_SEVERAL)[min(people, 2)], f"${7 if people else 6}"
    if action:
        of += _OF_ACTION + following
    if on_behalf:
        of += _ON_BEHALF
    elif subject:
        of += _OF_SUBJECT + following + (_OWN_OF_SUBJECT if own else "")
    elif correlation:
        of += _OF_CORRELATION + following + (_OWN_TOO if own else "")
    elif action:
        of += _OWN_TOO if own else ""
    elif people:
        of += _OWN if own else _ALL
    else:
        of = _EVERY
    return first_rows(_PAGE + of + _NEWEST_FIRST, "$5")


async def list_entries(
    read: ScopedReads, secret: SecretStr, wanted: Wanted, before: Position, *, limit: int
) -> list[Any]:
    """The rows of the newest entries before a position."""
    people = await _people(read, secret, wanted)
    if people is not None and not people:
        return []
    values: list[object] = [people[0] if len(people) == 1 else people] if people else []
    values += [wanted.action] if wanted.action else []
    values += [each for each in (wanted.subject_id, wanted.correlation_id) if each]
    before = min(before, (wanted.until, 0)) if wanted.until else before
    query = page_of_entries(
        len(people or ()),
        own=wanted.own_id is not None,
        action=bool(wanted.action),
        on_behalf=wanted.on_behalf,
        subject=wanted.subject_id is not None,
        correlation=wanted.correlation_id is not None,
    )
    return await read.fetch(query, read.access.workspace_id, *before, wanted.since or EVER, limit, *values)


async def find_entry(read: ScopedReads, entry_id: UUID, own_id: UUID | None) -> Any:
    """The row of one entry, or None; of what ``own_id`` did themselves only, if it is given (K15)."""
    query = _ENTRIES + " AND e.id = $2" + (" AND e.actor_id = $3" + _OWN if own_id else "")
    return await read.fetchrow(query, read.access.workspace_id, entry_id, *([own_id] if own_id else []))


async def _people(read: ScopedReads, secret: SecretStr, wanted: Wanted) -> Sequence[UUID] | None:
    """Those who may have acted; None for everybody. An address may have had several people, one after the other."""
    asked = [{person} for person in (wanted.own_id, wanted.actor_id) if person]
    if wanted.actor:
        asked.append({row["person_id"] for row in await read.fetch(_PEOPLE, address_digests(secret, wanted.actor))})
    return list(set.intersection(*asked)) if asked else None
