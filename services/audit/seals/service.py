"""Seals entries into one hash chain per workspace, asynchronously to their writing."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BATCH = 2000
SEALER_LOCK = 0x5365616C  # "Seal": concurrent sealers would fork the chains
BEGINNING = b"\0" * 32

SEALED_COLUMNS = """
e.workspace_id::text, e.position, e.id::text, e.at, e.recorded_at, e.action, e.via, e.actor_id::text,
encode(e.actor_sealed, 'hex'), e.subject_type, e.subject_id::text, e.correlation_id::text, e.causation_id::text,
e.details::text, e.person_id::text, encode(e.details_sealed, 'hex')
"""
"""What a link is the hash of, after its predecessor: ids and bytes as texts, which PostgreSQL writes faster than we."""

_WAITING = (
    f"SELECT e.workspace_id AS chain, e.position AS place, {SEALED_COLUMNS}"  # noqa: S608
    f" FROM waiting_entries w JOIN entries e USING (position) ORDER BY e.position LIMIT {BATCH}"
)
_HEADS = text(
    "SELECT DISTINCT ON (workspace_id) workspace_id, number, hash FROM seals WHERE workspace_id = ANY(:ids)"
    " ORDER BY workspace_id, number DESC"
)
_SEAL = text(
    "INSERT INTO seals (workspace_id, number, position, hash)"
    " SELECT * FROM unnest(CAST(:workspaces AS uuid[]), CAST(:numbers AS bigint[]), CAST(:positions AS bigint[]),"
    " CAST(:hashes AS bytea[]))"
)
_DONE = text("DELETE FROM waiting_entries WHERE position = ANY(:positions)")


def link(previous: bytes, sealed: Sequence[Any]) -> bytes:
    """The hash of one link, over the previous hash and what is sealed of the entry."""
    return hashlib.sha256(previous + orjson.dumps(sealed)).digest()


async def driver_of(session: AsyncSession) -> Any:
    """The connection of the session's transaction, for statements with many rows: SQLAlchemy's take twice as long."""
    await session.execute(text("SELECT 1"))  # the transaction begins
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def seal_entries(session: AsyncSession) -> int:
    """Seal a batch of waiting entries, in order of arrival. Returns their number."""
    if not await session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SEALER_LOCK}):
        return 0
    waiting = await (await driver_of(session)).fetch(_WAITING)
    if not waiting:
        return 0
    ids = list({entry["chain"] for entry in waiting})
    heads: dict[UUID, tuple[int, bytes]] = {
        row.workspace_id: (row.number, row.hash) for row in await session.execute(_HEADS, {"ids": ids})
    }
    sealed = []
    for workspace_id, _, *columns in waiting:
        number, previous = heads.get(workspace_id, (0, BEGINNING))
        heads[workspace_id] = number + 1, link(previous, columns)
        sealed.append(heads[workspace_id])
    positions = [entry["place"] for entry in waiting]
    workspaces = [entry["chain"] for entry in waiting]
    numbers, hashes = [number for number, _ in sealed], [hash_ for _, hash_ in sealed]
    links = {"workspaces": workspaces, "numbers": numbers, "positions": positions, "hashes": hashes}
    await session.execute(_SEAL, links)
    await session.execute(_DONE, {"positions": positions})
    return len(waiting)
