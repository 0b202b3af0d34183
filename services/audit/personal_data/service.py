"""Encrypts personal data in the log with one key per person. Destroying the key erases the person (D27)."""

import hmac
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.personal_data.models import PersonKey

NONCE_BYTES = 12

Keys = Mapping[UUID, AESGCM]
"""The keys of some people, without those who were erased."""


def derived_key(secret: SecretStr, purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from the service's secret."""
    return HKDF(SHA256(), 32, None, purpose.encode()).derive(secret.get_secret_value().encode())


def _wrapping(secret: SecretStr) -> AESGCM:
    return AESGCM(derived_key(secret, "portico audit person keys"))


def address_digest(secret: SecretStr, address: str) -> bytes:
    """A keyed digest of an address, for lookups."""
    return hmac.digest(derived_key(secret, "portico audit addresses"), address.strip().lower().encode(), "sha256")


async def keys_for(session: AsyncSession, people: Mapping[UUID, str | None], secret: SecretStr) -> Keys:
    """The keys of ``people``, a mapping of ids to known addresses. Creates the keys of new people; erased people have
    none."""
    if not people:
        return {}
    wrapping = _wrapping(secret)
    fresh = [
        {
            "person_id": person,
            "wrapped_key": _seal(wrapping, person, AESGCM.generate_key(256)),
            "address_digest": address_digest(secret, address) if address else None,
        }
        for person, address in sorted(people.items())  # a fixed order prevents deadlocks
    ]
    met = insert(PersonKey).values(fresh)
    moved = PersonKey.wrapped_key.is_not(None) & PersonKey.address_digest.is_distinct_from(met.excluded.address_digest)
    await session.execute(
        met.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"address_digest": met.excluded.address_digest},
            where=moved & met.excluded.address_digest.is_not(None),
        )
    )
    rows = await session.execute(select(PersonKey).where(PersonKey.person_id.in_(people)))
    return unwrap({row.person_id: row.wrapped_key for row in rows.scalars()}, secret)


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
