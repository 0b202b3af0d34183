"""Appends events as entries, one statement per batch, and reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.entries.details import MoneySeen
from services.audit.entries.schemas import ActorRead, EntryRead, SubjectRead
from services.audit.personal_data.service import Keys, address_digest, decrypt, encrypt, keys_for, unwrap
from shared.events import Envelope
from shared.pages import read_stored
from shared.reads import ScopedReads

log = structlog.get_logger()

ENVELOPE_FIELDS = {*Envelope.model_fields, "subject_version"}
PERSONAL_FIELDS = {"address", "display_name"}
ABOUT_PEOPLE = {"user", "contact", "bill_group_contact"}
"""The subject types whose names and addresses are personal data. A workspace's name is not."""

_COLUMNS = {
    "id": "uuid",
    "workspace_id": "uuid",
    "at": "timestamptz",
    "action": "text",
    "via": "text",
    "actor_id": "uuid",
    "actor_sealed": "bytea",
    "subject_type": "text",
    "subject_id": "uuid",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "details": "jsonb",
    "person_id": "uuid",
    "details_sealed": "bytea",
}
_ARRAYS = ", ".join(f"CAST(:{name} AS {type_}[])" for name, type_ in _COLUMNS.items())
_APPEND = text(
    f"WITH kept AS (INSERT INTO entries ({', '.join(_COLUMNS)}) SELECT * FROM unnest({_ARRAYS})"  # noqa: S608 - constants
    " ON CONFLICT (id) DO NOTHING RETURNING position)"
    " INSERT INTO waiting_entries SELECT position FROM kept"
)


async def append_entries(
    session: AsyncSession, batch: Sequence[tuple[Envelope, dict[str, Any]]], secret: SecretStr
) -> None:
    """Append one entry per event, with personal data encrypted. Idempotent (K14)."""
    people: dict[UUID, str | None] = {person: None for envelope, _ in batch if (person := _person(envelope))}
    people |= {e.actor.user_id: e.actor.address for e, _ in batch if e.actor.user_id}
    keys = await keys_for(session, people, secret)
    rows = [_row(envelope, body, keys) for envelope, body in batch]
    await session.execute(_APPEND, {name: [row[name] for row in rows] for name in _COLUMNS})


def _person(envelope: Envelope) -> UUID | None:
    return envelope.subject.id if envelope.subject.type in ABOUT_PEOPLE else None


def _row(envelope: Envelope, body: dict[str, Any], keys: Keys) -> dict[str, Any]:
    payload = {name: value for name, value in body.items() if name not in ENVELOPE_FIELDS}
    person = _person(envelope)
    personal = {name: payload.pop(name) for name in PERSONAL_FIELDS & payload.keys()} if person else {}
    address = {"address": envelope.actor.address} if envelope.actor.address else {}
    return {
        "id": envelope.event_id,
        "workspace_id": envelope.workspace_id,
        "at": envelope.occurred_at,
        "action": envelope.name,
        "via": envelope.actor.via,
        "actor_id": envelope.actor.user_id,
        "actor_sealed": encrypt(keys, envelope.actor.user_id, address),
        "subject_type": envelope.subject.type,
        "subject_id": envelope.subject.id,
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "details": orjson.dumps(payload).decode(),
        "person_id": person,
        "details_sealed": encrypt(keys, person, personal),
    }


# A hot read: one index serves filter and order; seals and keys are looked up by primary key.
_PAGE = """
SELECT e.*, s.number AS seq, a.wrapped_key AS actor_key, p.wrapped_key AS person_key
FROM entries e
LEFT JOIN seals s ON s.position = e.position
LEFT JOIN person_keys a ON a.person_id = e.actor_id
LEFT JOIN person_keys p ON p.person_id = e.person_id
WHERE e.workspace_id = $1 AND (e.at, e.position) < ($2, $3)
  AND ($4::uuid IS NULL OR e.actor_id = $4 AND e.via <> 'system')
  AND ($5::bytea IS NULL OR e.actor_id IN (SELECT person_id FROM person_keys WHERE address_digest = $5))
  AND ($6::uuid IS NULL OR e.actor_id = $6)
  AND ($7::text IS NULL OR e.action = $7)
  AND ($8::timestamptz IS NULL OR e.at >= $8) AND ($9::timestamptz IS NULL OR e.at < $9)
ORDER BY e.at DESC, e.position DESC LIMIT $10
"""


async def list_entries(
    read: ScopedReads,
    workspace_id: UUID,
    secret: SecretStr,
    before: tuple[datetime, int],
    *,
    only_actor_id: UUID | None,
    money: MoneySeen,
    actor: str | None,
    actor_id: UUID | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[tuple[EntryRead, int]]:
    """The newest entries before a position, each with its own position. ``only_actor_id`` restricts them to what that
    person did themselves (K15), without what the system did as a consequence. ``money`` says which details are left
    out (P21)."""
    digest = address_digest(secret, actor) if actor else None
    rows = await read.fetch(_PAGE, workspace_id, *before, only_actor_id, digest, actor_id, action, since, until, limit)
    wrapped = {row["actor_id"]: row["actor_key"] for row in rows} | {r["person_id"]: r["person_key"] for r in rows}
    wrapped.pop(None, None)
    keys = unwrap(wrapped, secret)
    return [(_read(row, keys, money), row["position"]) for row in rows]


def _read(row: Any, keys: Keys, money: MoneySeen) -> EntryRead:
    """One entry. What is stored and cannot be read takes nothing else of the page with it."""
    address = decrypt(keys, row["actor_id"], row["actor_sealed"]).get("address")
    details, hidden = read_stored(row["details"]), list[str]()
    if details is None:
        log.error("entry.unreadable", entry_id=str(row["id"]))
    else:
        details |= decrypt(keys, row["person_id"], row["details_sealed"])
        hidden = money.hidden_of(row["action"], details)
        details = {name: value for name, value in details.items() if name not in hidden}
    return EntryRead(
        id=row["id"],
        seq=row["seq"],
        at=row["at"],
        action=row["action"],
        title=title_of(row["action"]),
        actor=ActorRead(id=row["actor_id"], address=address, via=row["via"]),
        subject=SubjectRead(type=row["subject_type"], id=row["subject_id"]),
        details=details,
        hidden=hidden,
    )


def title_of(action: str) -> str:
    """A readable title: ``provisioning.order_placed`` becomes "Order placed"."""
    words = action.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]
