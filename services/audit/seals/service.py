"""Seals entries into one hash chain per workspace, asynchronously to their writing."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BATCH = 2000
SEALER_LOCK = 0x5365616C  # "Seal": concurrent sealers would fork the chains
BEGINNING = b"\0" * 32

SEALED_COLUMNS = """
e.workspace_id, e.position, e.id, e.at, e.recorded_at, e.action, e.via, e.actor_id, e.actor_sealed, e.subject_type,
e.subject_id, e.correlation_id, e.causation_id, e.details::text AS details, e.person_id, e.details_sealed
"""

_WAITING = text(
    f"SELECT {SEALED_COLUMNS} FROM waiting_entries w JOIN entries e USING (position) ORDER BY position LIMIT {BATCH}"  # noqa: S608
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


def link(previous: bytes, entry: Mapping[Any, Any]) -> bytes:
    """The hash of one link, over the previous hash and all columns of the entry."""
    return hashlib.sha256(previous + orjson.dumps(list(entry.values()), default=_canonical)).digest()


def _canonical(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


async def seal_entries(session: AsyncSession) -> int:
    """Seal a batch of waiting entries, in order of arrival. Returns their number."""
    if not await session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SEALER_LOCK}):
        return 0
    waiting = (await session.execute(_WAITING)).mappings().all()
    if not waiting:
        return 0
    ids = list({entry["workspace_id"] for entry in waiting})
    heads: dict[UUID, tuple[int, bytes]] = {
        row.workspace_id: (row.number, row.hash) for row in await session.execute(_HEADS, {"ids": ids})
    }
    sealed = []
    for entry in waiting:
        number, previous = heads.get(entry["workspace_id"], (0, BEGINNING))
        heads[entry["workspace_id"]] = number + 1, link(previous, entry)
        sealed.append(heads[entry["workspace_id"]])
    positions = [entry["position"] for entry in waiting]
    workspaces = [entry["workspace_id"] for entry in waiting]
    numbers, hashes = [number for number, _ in sealed], [hash_ for _, hash_ in sealed]
    columns = {"workspaces": workspaces, "numbers": numbers, "positions": positions, "hashes": hashes}
    await session.execute(_SEAL, columns)
    await session.execute(_DONE, {"positions": positions})
    return len(waiting)
