"""Signs the heads of the chains periodically, so that truncation and rewriting of signed entries are detected.

The first checkpoint of a new key vouches for the public keys before it. So these verify what they have signed, and
nothing that comes later, and their private keys may be given up.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.personal_data.service import derived_keys
from services.audit.seals.models import Checkpoint

CHECKPOINT_LOCK = 0x436865636B  # "Check"

_MOVED = text(
    "SELECT DISTINCT ON (workspace_id) workspace_id::text, number, encode(hash, 'hex') AS hash FROM seals"
    " WHERE position > :since ORDER BY workspace_id, number DESC"
)
_LAST_POSITION = text("SELECT coalesce(max(position), 0) FROM seals")


def signing_keys(secret: SecretStr) -> list[Ed25519PrivateKey]:
    """The first one signs."""
    return [Ed25519PrivateKey.from_private_bytes(key) for key in derived_keys(secret, "portico audit checkpoints")]


def id_of(key: Ed25519PublicKey) -> str:
    """What a checkpoint calls its key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def is_signed_with(key: Ed25519PublicKey, checkpoint: Checkpoint) -> bool:
    try:
        key.verify(checkpoint.signature, checkpoint.statement)
    except InvalidSignature:
        return False
    return True


def digest(checkpoint: Checkpoint | None) -> str:
    """The digest that the next checkpoint contains, which chains the checkpoints."""
    return hashlib.sha256(checkpoint.statement + checkpoint.signature).hexdigest() if checkpoint else ""


async def sign_checkpoint(session: AsyncSession, secret: SecretStr, *, now: datetime, every: timedelta) -> bool:
    """Sign the heads of the chains that grew since the last checkpoint. Returns False if none grew or it is too
    early."""
    last = await _last(session)
    if last and now - last.signed_at < every:
        return False
    return await _sign(session, secret, last, now)


async def hand_over(session: AsyncSession, secret: SecretStr, *, now: datetime) -> bool:
    """Sign with the newest key at once, if another one has signed last. Returns whether it did."""
    last = await _last(session)
    if last is None or is_signed_with(signing_keys(secret)[0].public_key(), last):
        return False
    return await _sign(session, secret, last, now, even_if_none_grew=True)


async def _last(session: AsyncSession) -> Checkpoint | None:
    """The newest checkpoint, after which nobody else signs another."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHECKPOINT_LOCK})
    return await session.scalar(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1))


async def _sign(
    session: AsyncSession, secret: SecretStr, last: Checkpoint | None, now: datetime, *, even_if_none_grew: bool = False
) -> bool:
    since = orjson.loads(last.statement)["position"] if last else 0
    position = await session.scalar(_LAST_POSITION)
    moved = (await session.execute(_MOVED, {"since": since})).all()
    if not moved and not even_if_none_grew:
        return False
    key, *former = signing_keys(secret)
    heads: dict[str, Any] = {row.workspace_id: [row.number, row.hash] for row in moved}
    said = {"previous": digest(last), "signed_at": now.isoformat(), "position": position, "heads": heads,
            "key": id_of(key.public_key())}  # fmt: skip
    if last and not is_signed_with(key.public_key(), last):
        said["former"] = [each.public_key().public_bytes_raw().hex() for each in former]
    statement = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    session.add(Checkpoint(signed_at=now, statement=statement, signature=key.sign(statement)))
    await session.flush()
    return True
