"""Encrypts personal data in the log with one key per person. Destroying the key erases the person (D27)."""

import hmac
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.personal_data.models import PersonKey

NONCE_BYTES = 12

Keys = Mapping[UUID, AESGCM]
"""The keys of some people, without those who were erased."""


@lru_cache(maxsize=16)
def derived_key(secret: SecretStr, purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from the service's secret."""
    return HKDF(SHA256(), 32, None, purpose.encode()).derive(secret.get_secret_value().encode())


def _wrapping(secret: SecretStr) -> AESGCM:
    return AESGCM(derived_key(secret, "portico audit person keys"))


def address_digest(secret: SecretStr, address: str) -> bytes:
    """A keyed digest of an address, for lookups."""
    return hmac.digest(derived_key(secret, "portico audit addresses"), address.strip().lower().encode(), "sha256")


_KNOWN = text("SELECT person_id, wrapped_key, address_digest FROM person_keys WHERE person_id = ANY(:ids)")
_MEET = text(
    "INSERT INTO person_keys AS k (person_id, wrapped_key, address_digest) SELECT * FROM unnest("
    "CAST(:ids AS uuid[]), CAST(:wrapped AS bytea[]), CAST(:digests AS bytea[]))"
    " ON CONFLICT (person_id) DO UPDATE SET address_digest = excluded.address_digest WHERE k.wrapped_key IS NOT NULL"
    " AND excluded.address_digest IS NOT NULL AND k.address_digest IS DISTINCT FROM excluded.address_digest"
)


async def keys_for(session: AsyncSession, people: Mapping[UUID, str | None], secret: SecretStr) -> Keys:
    """The keys of ``people``, a mapping of ids to known addresses. Creates the keys of new people; erased people have
    none."""
    if not people:
        return {}
    digests = {person: address_digest(secret, address) if address else None for person, address in people.items()}
    known = {row.person_id: row for row in await session.execute(_KNOWN, {"ids": list(people)})}
    fresh = sorted(person for person, digest in digests.items() if _is_news(known.get(person), digest))
    if fresh:
        wrapping = _wrapping(secret)
        wrapped = [_seal(wrapping, person, AESGCM.generate_key(256)) for person in fresh]
        met = {"ids": fresh, "wrapped": wrapped, "digests": [digests[person] for person in fresh]}
        await session.execute(_MEET, met)  # in a fixed order, which prevents deadlocks
        known |= {row.person_id: row for row in await session.execute(_KNOWN, {"ids": fresh})}
    return unwrap({person: row.wrapped_key for person, row in known.items()}, secret)


def _is_news(known: Any, digest: bytes | None) -> bool:
    """Whether a person is new, or has another address than before."""
    if known is None:
        return True
    return known.wrapped_key is not None and digest is not None and known.address_digest != digest


def unwrap(wrapped: Mapping[UUID, bytes | None], secret: SecretStr) -> Keys:
    """Unwrap stored keys."""
    wrapping = _wrapping(secret)
    return {person: AESGCM(_open(wrapping, person, key)) for person, key in wrapped.items() if key is not None}


def encrypt(keys: Keys, person_id: UUID | None, data: Mapping[str, Any]) -> bytes | None:
    """``data`` encrypted with the person's key. None if there is no data or no key."""
    key = keys.get(person_id) if person_id else None
    return _seal(key, person_id, orjson.dumps(data)) if key and person_id and data else None


def decrypt(keys: Keys, person_id: UUID | None, sealed: bytes | None) -> dict[str, Any]:
    """The inverse of `encrypt`. Empty if the person was erased or the bytes were changed."""
    key = keys.get(person_id) if person_id else None
    if key is None or sealed is None or person_id is None:
        return {}
    try:
        found: dict[str, Any] = orjson.loads(_open(key, person_id, sealed))
    except InvalidTag:
        return {}
    return found


async def erase_person(session: AsyncSession, person_id: UUID) -> None:
    """Destroy a person's key (D27). Their data in the log becomes unreadable, and no new data is stored."""
    gone = insert(PersonKey).values(person_id=person_id, wrapped_key=None).on_conflict_do_nothing()
    await session.execute(gone)
    nothing = {"wrapped_key": None, "address_digest": None, "name_sealed": None, "named_at": None}
    await session.execute(update(PersonKey).where(PersonKey.person_id == person_id).values(nothing))


def _seal(key: AESGCM, person_id: UUID, data: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, person_id.bytes)


def _open(key: AESGCM, person_id: UUID, sealed: bytes) -> bytes:
    return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person_id.bytes)
