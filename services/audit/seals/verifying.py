"""Recomputes all seals and verifies all signatures, as a stream, because the log may exceed the memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from math import inf
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.seals.checkpoints import digest, id_of, is_signed_with, signing_keys
from services.audit.seals.models import Checkpoint
from services.audit.seals.service import BEGINNING, SEALED_COLUMNS, driver_of, link

# Entries that are neither sealed nor waiting were inserted from outside.
_UNSEALED = text(
    "SELECT e.workspace_id, e.id FROM entries e LEFT JOIN seals s USING (position)"
    " LEFT JOIN waiting_entries w USING (position) WHERE s.position IS NULL AND w.position IS NULL LIMIT 20"
)
_CHAINS = (
    f"SELECT s.workspace_id, s.number, s.hash, e.id AS entry_id, {SEALED_COLUMNS}"  # noqa: S608
    " FROM seals s LEFT JOIN entries e ON e.position = s.position ORDER BY s.workspace_id, s.number"
)
_VOUCHING = text("position(convert_to('\"former\"', 'UTF8') IN statement) > 0")
AT_ONCE = 2000
"""Links that are held at a time: the log may exceed the memory."""


@dataclass
class Report:
    """The result of a verification: what was checked, and the problems."""

    entries: int = 0
    chains: int = 0
    checkpoints: int = 0
    problems: list[str] = field(default_factory=list)


async def verify_chains(session: AsyncSession, secret: SecretStr) -> Report:
    """Verify every chain from its beginning, and every checkpoint against the chains."""
    report = Report()
    signed_hashes = await _verify_checkpoints(session, secret, report)
    await _verify_links(session, signed_hashes, report)
    for workspace_id, entry_id in (await session.execute(_UNSEALED)).all():
        report.problems.append(f"Workspace {workspace_id}: entry {entry_id} is in no chain.")
    return report


SignedHashes = dict[UUID, dict[int, str]]
"""The hashes that checkpoints signed, by workspace and number."""


@dataclass(frozen=True)
class KnownKey:
    """A public key, and before which checkpoint it may have signed: one that was vouched for signs no more."""

    key: Ed25519PublicKey
    before: float = inf

    def has_signed(self, checkpoint: Checkpoint) -> bool:
        return checkpoint.number < self.before and is_signed_with(self.key, checkpoint)


async def _known_keys(session: AsyncSession, secret: SecretStr) -> dict[str, KnownKey]:
    """By their ids: ours, and those that checkpoints vouch for, from the newest back."""
    known = {id_of(key.public_key()): KnownKey(key.public_key()) for key in signing_keys(secret)}
    for checkpoint in await session.scalars(select(Checkpoint).where(_VOUCHING).order_by(Checkpoint.number.desc())):
        said = orjson.loads(checkpoint.statement)
        voucher = known.get(said.get("key"))
        if voucher and voucher.has_signed(checkpoint):
            for key in said["former"]:
                former = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
                known.setdefault(id_of(former), KnownKey(former, checkpoint.number))
    return known


async def _verify_checkpoints(session: AsyncSession, secret: SecretStr, report: Report) -> SignedHashes:
    signed_hashes: SignedHashes = {}
    last: Checkpoint | None = None
    known = await _known_keys(session, secret)
    async for checkpoint in await session.stream_scalars(select(Checkpoint).order_by(Checkpoint.number)):
        report.checkpoints += 1
        said = orjson.loads(checkpoint.statement)
        named = said.get("key")
        if named and named not in known:
            reason = f"its key {named} is not in AUDIT_SEAL_KEY, and no later checkpoint vouches for it"
            report.problems.append(f"Checkpoint {checkpoint.number}: the signature does not fit; {reason}.")
        elif not any(each.has_signed(checkpoint) for each in ([known[named]] if named else known.values())):
            report.problems.append(f"Checkpoint {checkpoint.number}: the signature does not fit.")
        if said["previous"] != digest(last):
            report.problems.append(f"Checkpoint {checkpoint.number} does not extend the one before it.")
        for workspace, (number, hash_) in said["heads"].items():
            signed_hashes.setdefault(UUID(workspace), {})[number] = hash_
        last = checkpoint
    return signed_hashes


async def _verify_links(session: AsyncSession, signed_hashes: SignedHashes, report: Report) -> None:
    chain, number, previous = None, 0, BEGINNING
    signed: dict[int, str] = {}
    async for workspace, found_number, found_hash, entry_id, *sealed in _links(session):
        if workspace != chain:
            chain, number, previous = workspace, 0, BEGINNING
            signed = signed_hashes.get(workspace, {})
            report.chains += 1
        number += 1
        report.entries += 1
        if found_number != number:
            report.problems.append(f"Workspace {workspace}: number {number} is missing before {found_number}.")
            number = found_number
        elif link(previous, sealed) != found_hash:
            report.problems.append(f"Workspace {workspace}: number {number} (entry {entry_id}) was changed.")
        if signed and signed.pop(number, found_hash.hex()) != found_hash.hex():
            report.problems.append(f"Workspace {workspace}: number {number} is not what a checkpoint signed.")
        previous = found_hash
    for workspace, numbers in signed_hashes.items():
        for missing in sorted(numbers):
            report.problems.append(f"Workspace {workspace}: number {missing} was signed and is gone.")


async def _links(session: AsyncSession) -> AsyncIterator[Any]:
    cursor = await (await driver_of(session)).cursor(_CHAINS)
    while links := await cursor.fetch(AT_ONCE):
        for each in links:
            yield each
