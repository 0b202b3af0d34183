"""Learns the names that entries from before names were learned say: once, in short transactions, each from where the
one before it ended.

Events that arrive meanwhile teach their own names. In whatever order both happen, the newest name counts.
"""

from typing import Any

from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.names.learning import OBJECTS, PEOPLE, learn_names
from services.audit.names.models import OldEntries
from services.audit.personal_data.service import Keys, decrypt, unwrap
from shared.events import Envelope
from shared.events.base import Subject
from shared.pages import read_stored

AT_ONCE = 2000
"""Entries per transaction, of which those that name something are read."""

_SAYING_NAMES = text("""
SELECT e.id, e.workspace_id, e.at, e.action, e.subject_type, e.subject_id, e.details::text AS details, e.person_id,
       e.details_sealed, k.wrapped_key
FROM entries e LEFT JOIN person_keys k ON k.person_id = e.person_id
WHERE e.position > :after AND e.position <= :until AND e.action = ANY(:actions)
ORDER BY e.position
""")


async def learn_old_names(session: AsyncSession, secret: SecretStr) -> int:
    """Learn from the next entries, and note how far that is. Returns how many were gone through; 0: all are, or another
    worker is at it."""
    waiting = select(OldEntries).where(OldEntries.learned < OldEntries.until).with_for_update(skip_locked=True)
    progress = await session.scalar(waiting)
    if progress is None:
        return 0
    after, until = progress.learned, min(progress.learned + AT_ONCE, progress.until)
    asked = {"after": after, "until": until, "actions": [*OBJECTS, *PEOPLE]}
    rows = (await session.execute(_SAYING_NAMES, asked)).all()
    keys = unwrap({row.person_id: row.wrapped_key for row in rows if row.person_id}, secret)
    await learn_names(session, [(_envelope(row), _body(row, keys)) for row in rows], keys)
    progress.learned = until
    return until - after


def _envelope(row: Any) -> Envelope:
    subject = Subject(type=row.subject_type, id=row.subject_id, version=0)
    return Envelope(
        event_id=row.id, name=row.action, occurred_at=row.at, workspace_id=row.workspace_id, subject=subject
    )


def _body(row: Any, keys: Keys) -> dict[str, Any]:
    """What the event said. What is stored and cannot be read teaches nothing."""
    return (read_stored(row.details) or {}) | decrypt(keys, row.person_id, row.details_sealed)
