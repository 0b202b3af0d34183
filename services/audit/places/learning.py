"""Learns from sign-ins from where each browser session was opened."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.names.learning import read_id
from services.audit.personal_data.service import Keys, encrypt
from services.audit.places.models import Session
from shared.events import Envelope
from shared.events.identity import UserSignedIn

FIELDS = frozenset({"ip", "browser", "browser_name", "operating_system"})
"""The fields of a sign-in that say from where it came."""


async def learn_places(session: AsyncSession, batch: Sequence[tuple[Envelope, dict[str, Any]]], keys: Keys) -> None:
    """Keep from where the sessions began, unless the person is erased. Idempotent."""
    rows = dict[UUID, dict[str, Any]]()
    for envelope, body in batch:
        opened, place = read_id(body.get("session_id")), {name: body[name] for name in FIELDS if body.get(name)}
        if envelope.name == UserSignedIn.name and opened and place:
            person_id = envelope.subject.id
            sealed = encrypt(keys, person_id, place)
            if sealed:
                rows[opened] = {"id": opened, "person_id": person_id, "place_sealed": sealed}
    if rows:
        ordered = [row for _, row in sorted(rows.items())]  # a fixed order prevents deadlocks
        await session.execute(insert(Session).values(ordered).on_conflict_do_nothing())
