"""Encrypts personal data in the log with one key per person. Destroying the key erases the person (D27)."""

import hmac
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
from shared.secrets import values_of

NONCE_BYTES = 12

Keys = Mapping[UUID, AESGCM]
"""The keys of some people, without those who were erased."""


@lru_cache(maxsize=8)
def derived_keys(secret: SecretStr, purpose: str) -> list[bytes]:
    """Keys of 32 bytes for one purpose, derived from each value of the service's secret, the newest first."""
    return [HKDF(SHA256(), 32, None, purpose.encode()).derive(value.encode()) for value in values_of(secret)]


def wrappings_of(secret: SecretStr) -> list[AESGCM]:
    """What wraps the keys of people, the newest first."""
    return [AESGCM(key) for key in derived_keys(secret, "portico audit person keys")]


def address_digests(secret: SecretStr, address: str) -> list[bytes]:
    """Keyed digests of an address, for lookups: the first is stored, all may be found."""
    said, keys = address.strip().lower().encode(), derived_keys(secret, "portico audit addresses")
    return [hmac.digest(key, said, "sha256") for key in keys]


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
    digests = {person: address_digests(secret, said)[0] if said else None for person, said in people.items()}
    known = {row.person_id: row for row in await session.execute(_KNOWN, {"ids": list(people)})}
    fresh = sorted(person for person, digest in digests.items() if _is_news(known.get(person), digest))
    if fresh:
        wrapping = wrappings_of(secret)[0]
        wrapped = [seal(wrapping, person, AESGCM.generate_key(256)) for person in fresh]
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
    wrappings = wrappings_of(secret)
    return {person: AESGCM(unwrapped(wrappings, person, key)) for person, key in wrapped.items() if key is not None}


def unwrapped(wrappings: Sequence[AESGCM], person_id: UUID, wrapped: bytes) -> bytes:
    """With the newest that opens it. Raises `InvalidTag`."""
    for wrapping in wrappings[:-1]:
        with suppress(InvalidTag):
            return open_sealed(wrapping, person_id, wrapped)
    return open_sealed(wrappings[-1], person_id, wrapped)


def encrypt(keys: Keys, person_id: UUID | None, data: Mapping[str, Any]) -> bytes | None:
    """``data`` encrypted with the person's key. None if there is no data or no key."""
    key = keys.get(person_id) if person_id else None
    return seal(key, person_id, orjson.dumps(data)) if key and person_id and data else None


def decrypt(keys: Keys, person_id: UUID | None, sealed: bytes | None) -> dict[str, Any]:
    """The inverse of `encrypt`. Empty if the person was erased or the bytes were changed."""
    key = keys.get(person_id) if person_id else None
    if key is None or sealed is None or person_id is None:
        return {}
    try:
        found: dict[str, Any] = orjson.loads(open_sealed(key, person_id, sealed))
    except InvalidTag:
        return {}
    return found


async def erase_person(session: AsyncSession, person_id: UUID) -> None:
    """Destroy a person's key (D27). Their data in the log becomes unreadable, and no new data is stored."""
    gone = insert(PersonKey).values(person_id=person_id, wrapped_key=None).on_conflict_do_nothing()
    await session.execute(gone)
    nothing = {"wrapped_key": None, "address_digest": None, "name_sealed": None, "named_at": None}
    await session.execute(update(PersonKey).where(PersonKey.person_id == person_id).values(nothing))


def seal(key: AESGCM, person_id: UUID, data: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, person_id.bytes)


def open_sealed(key: AESGCM, person_id: UUID, sealed: bytes) -> bytes:
    """Raises `InvalidTag`."""
    return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person_id.bytes)
