"""Appends events as entries, one statement per batch, and learns the names that they say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.db import Base
from services.audit.names.learning import learn_names
from services.audit.personal_data.service import Keys, encrypt, erase_person, keys_for
from services.audit.places.learning import FIELDS, learn_places
from shared.erased_people import deeds_in, forget_deeds
from shared.events import Envelope
from shared.events.identity import UserErased

ENVELOPE_FIELDS = {*Envelope.model_fields, "subject_version"}
PICTURES = {"logo_png"}
"""What no reader can read. Its hash is in the entry."""
PERSONAL_FIELDS = {"address", "display_name", *FIELDS}
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
    """Append one entry per event, with personal data encrypted; of who is erased with them or was before, without.
    Idempotent (K14)."""
    people: dict[UUID, str | None] = {person: None for envelope, _ in batch if (person := _person(envelope))}
    people |= {e.actor.user_id: e.actor.address for e, _ in batch if e.actor.user_id}
    keys = await keys_for(session, people, secret)
    rows = [_row(envelope, body, keys) for envelope, body in batch]
    await session.execute(_APPEND, {name: [row[name] for row in rows] for name in _COLUMNS})
    await learn_names(session, batch, keys)
    await learn_places(session, batch, keys)
    for person_id in sorted({envelope.subject.id for envelope, _ in batch if envelope.name == UserErased.name}):
        await erase_person(session, person_id)
        await forget_deeds(session, deeds_in(Base.metadata), person_id)


def _person(envelope: Envelope) -> UUID | None:
    return envelope.subject.id if envelope.subject.type in ABOUT_PEOPLE else None


def _row(envelope: Envelope, body: dict[str, Any], keys: Keys) -> dict[str, Any]:
    payload = {name: value for name, value in body.items() if name not in ENVELOPE_FIELDS | PICTURES}
    person = _person(envelope)
    personal = {name: payload.pop(name) for name in PERSONAL_FIELDS & payload.keys()} if person else {}
    return {
        "id": envelope.event_id,
        "workspace_id": envelope.workspace_id,
        "at": envelope.occurred_at,
        "action": envelope.name,
        "via": envelope.actor.via,
        "actor_id": envelope.actor.user_id,
        "actor_sealed": encrypt(keys, envelope.actor.user_id, _of_actor(envelope)),
        "subject_type": envelope.subject.type,
        "subject_id": envelope.subject.id,
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "details": orjson.dumps(payload).decode(),
        "person_id": person,
        "details_sealed": encrypt(keys, person, personal),
    }


def _of_actor(envelope: Envelope) -> dict[str, str]:
    """What is kept of the actor, encrypted: the address, and the session by which their place is found."""
    said = {"address": envelope.actor.address, "session_id": envelope.actor.session_id}
    return {name: str(value) for name, value in said.items() if value}
