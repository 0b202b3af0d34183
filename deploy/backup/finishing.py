"""What a restored installation needs before its processes start."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from deploy.backup.replaying import publish_what_is_missing
from deploy.cli.telling import tell_in
from deploy.databases import connected
from deploy.environment import SERVICES, OperatorError, worker_url
from deploy.migrating.databases import address_of, database_name
from services.identity.grants.locks import lock_person
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.service import end_session
from shared.db import Sessions, make_engine, make_sessions
from shared.events import Actor
from shared.outbox import Cause, transaction

_AGAIN = """
INSERT INTO erasures (id, user_id, state, requested_at, due_at)
SELECT gen_random_uuid(), id, 'requested', now() - interval '7 days', now() FROM users
WHERE id = ANY($1) AND erased_at IS NULL
ON CONFLICT (user_id) WHERE state <> 'withdrawn' DO UPDATE SET due_at = excluded.due_at
WHERE erasures.state = 'requested' RETURNING user_id
"""
_LINE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\s.*)?")


async def finish(admin_url: str, suffix: str, erased: str | None, backup: str) -> list[str]:
    """Have people erased again, end all sessions, and see to it that every service gets what it has not seen. The
    databases have their names with ``suffix``. ``erased`` is what `portico erased` has printed. Returns what was done,
    in lines."""
    urls: dict[str, str] = {service: address_of(admin_url, database_name(service) + suffix) for service in SERVICES}
    again = await erase_again(urls["identity"], read_erased(erased or ""))
    engine = make_engine(address_of(worker_url("identity"), database_name("identity") + suffix), 2)
    try:
        sessions = make_sessions(engine)
        async with sessions.begin() as session:
            await tell_in(session, "restore", backup)
        ended = await end_sessions(sessions)
    finally:
        await engine.dispose()
    replayed = await publish_what_is_missing(urls)
    return [
        f"{again} people are erased again." if erased is not None else "Nobody is erased again: no --erased was given.",
        f"{ended} sessions are ended: everybody signs in anew.",
        f"{replayed} events are published again: not every service had them at the moment of the backup.",
    ]


def read_erased(text: str) -> list[UUID]:
    """The ids at the beginning of each line."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise OperatorError(f"This is no line that `portico erased` prints: {line[:60]!r}.")
        found.append(UUID(match[1]))
    return found


async def erase_again(identity_url: str, user_ids: Sequence[UUID]) -> int:
    """Let identity's worker erase these people as soon as it runs. Whom the backup does not know needs nothing."""
    async with connected(identity_url) as database:
        return len(await database.fetch(_AGAIN, user_ids))


async def end_sessions(sessions: Sessions) -> int:
    """End every session, with its work on behalf: one that was signed out or revoked after the backup would be open
    again."""
    now, cause = datetime.now(UTC), Cause(Actor(), datetime.now(UTC))
    async with sessions() as session:
        open_ = select(BrowserSession.id, BrowserSession.user_id).where(BrowserSession.ended_at.is_(None))
        found = (await session.execute(open_)).all()
    for session_id, user_id in found:
        async with transaction(sessions, cause) as session:
            await lock_person(session, user_id)
            await end_session(session, await session.get_one(BrowserSession, session_id), "revoked", now)
    return len(found)
