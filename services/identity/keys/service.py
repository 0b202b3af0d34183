"""The keys that sign access tokens. The current and the next key are published."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid4

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from joserfc.jwk import OKPKey
from pydantic import SecretStr
from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.keys.models import KeyState, SigningKey
from services.identity.keys.schemas import KeySetRead
from shared.db import Sessions
from shared.secrets import values_of

PUBLISHED_AFTER_RETIRING = timedelta(minutes=5)
"""Longer than a token's lifetime, so that a rotation invalidates no token."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('signing_keys'))")


@dataclass(frozen=True, eq=False)
class Signer:
    """An opened signing key. Unlike the library's own class it can be told apart in a cache."""

    key: OKPKey


async def list_public_keys(session: AsyncSession, secret: SecretStr, real_now: datetime) -> KeySetRead:
    """The JSON Web Key Set that verifies tokens (RFC 7517)."""
    await signing_key(session, secret, real_now)
    recently = SigningKey.retired_at > real_now - PUBLISHED_AFTER_RETIRING
    published = select(SigningKey.public_jwk).where(or_(SigningKey.retired_at.is_(None), recently))
    return KeySetRead(keys=list(await session.scalars(published.order_by(SigningKey.created_at))))


async def signing_key(session: AsyncSession, secret: SecretStr, real_now: datetime) -> Signer:
    """The current signing key. The first call of an installation creates the current and the next key."""
    current = select(SigningKey.sealed_private_jwk).where(SigningKey.state == KeyState.signing)
    sealed = await session.scalar(current)
    if sealed is None:
        await session.execute(_ONE_AT_A_TIME)
        sealed = await session.scalar(current)
    if sealed is None:
        first = _new_key(KeyState.signing, secret, real_now)
        session.add_all([first, _new_key(KeyState.next, secret, real_now)])
        await session.flush()
        sealed = first.sealed_private_jwk
    return _open(sealed, secret)


async def opened_key(sealed: bytes | None, transactions: Sessions, secret: SecretStr, real_now: datetime) -> Signer:
    """The signing key that somebody has read, or the first one, which is created in a transaction of its own."""
    if sealed is not None:
        return _open(sealed, secret)
    async with transactions.begin() as session:
        return await signing_key(session, secret, real_now)


async def rotate_keys(session: AsyncSession, secret: SecretStr, real_now: datetime) -> None:
    """Sign with the next key from now on, and publish a new next key. No token becomes invalid: every service knows the
    next key already, and the old key stays published while its tokens are valid."""
    await signing_key(session, secret, real_now)
    await session.execute(_ONE_AT_A_TIME)
    keys = await session.scalars(select(SigningKey).where(SigningKey.retired_at.is_(None)).with_for_update())
    by_state = {key.state: key for key in keys}
    by_state[KeyState.signing].state = KeyState.retired
    by_state[KeyState.signing].retired_at = real_now
    await session.flush()
    by_state[KeyState.next].state = KeyState.signing
    await session.flush()
    session.add(_new_key(KeyState.next, secret, real_now))
    await session.flush()


async def reseal_keys(session: AsyncSession, secret: SecretStr) -> int:
    """Encrypt all keys with the newest value of the secret. Returns how many there are."""
    keys = (await session.scalars(select(SigningKey).with_for_update())).all()
    for key in keys:
        key.sealed_private_jwk = cipher_of(secret).rotate(key.sealed_private_jwk)
    await session.flush()
    return len(keys)


def _new_key(state: KeyState, secret: SecretStr, real_now: datetime) -> SigningKey:
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519", "kid": str(uuid4())})
    private = orjson.dumps(key.as_dict(private=True))
    return SigningKey(
        state=state,
        public_jwk=key.as_dict(private=False),
        sealed_private_jwk=cipher_of(secret).encrypt(private),
        created_at=real_now,
    )


@lru_cache(maxsize=8)
def _open(sealed: bytes, secret: SecretStr) -> Signer:
    """Cached per process, because a token is created for every page."""
    return Signer(OKPKey.import_key(orjson.loads(cipher_of(secret).decrypt(sealed))))


def opens(sealed: bytes, secret: SecretStr) -> bool:
    """Whether ``secret`` opens a sealed signing key."""
    try:
        _open(sealed, secret)
    except InvalidToken:
        return False
    return True


def cipher_of(secret: SecretStr) -> MultiFernet:
    """Derives the 32-byte keys that Fernet requires from IDENTITY_KEY_SECRET, random strings of any length. The first
    encrypts, each decrypts."""
    digests = [hashlib.sha256(value.encode()).digest() for value in values_of(secret)]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
