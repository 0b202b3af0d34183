"""Signs the heads of the chains periodically, so that truncation and rewriting of signed entries are detected."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.personal_data.service import derived_key
from services.audit.seals.models import Checkpoint

CHECKPOINT_LOCK = 0x436865636B  # "Check"

_MOVED = text(
    "SELECT DISTINCT ON (workspace_id) workspace_id::text, number, encode(hash, 'hex') AS hash FROM seals"
    " WHERE position > :since ORDER BY workspace_id, number DESC"
)
_LAST_POSITION = text("SELECT coalesce(max(position), 0) FROM seals")


def signing_key(secret: SecretStr) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived_key(secret, "portico audit checkpoints"))


def digest(checkpoint: Checkpoint | None) -> str:
    """The digest that the next checkpoint contains, which chains the checkpoints."""
    return hashlib.sha256(checkpoint.statement + checkpoint.signature).hexdigest() if checkpoint else ""


async def sign_checkpoint(session: AsyncSession, secret: SecretStr, *, now: datetime, every: timedelta) -> bool:
    """Sign the heads of the chains that grew since the last checkpoint. Returns False if none grew or it is too
    early."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHECKPOINT_LOCK})
    last = await session.scalar(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1))
    if last and now - last.signed_at < every:
        return False
    since = orjson.loads(last.statement)["position"] if last else 0
    position = await session.scalar(_LAST_POSITION)
    moved = (await session.execute(_MOVED, {"since": since})).all()
    if not moved:
        return False
    heads: dict[str, Any] = {row.workspace_id: [row.number, row.hash] for row in moved}
    said = {"previous": digest(last), "signed_at": now.isoformat(), "position": position, "heads": heads}
    statement = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    signature = signing_key(secret).sign(statement)
    session.add(Checkpoint(signed_at=now, statement=statement, signature=signature))
    await session.flush()
    return True
