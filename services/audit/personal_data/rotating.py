"""After AUDIT_SEAL_KEY has a new value: what the former values made is made anew, so that these may leave."""

from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.personal_data.service import (
    address_digests,
    decrypt,
    open_sealed,
    seal,
    unwrap,
    unwrapped,
    wrappings_of,
)

PEOPLE_AT_ONCE = 1_000
ENTRIES_AT_ONCE = 20_000

_NEXT_PEOPLE = text(
    "SELECT person_id, wrapped_key FROM person_keys WHERE wrapped_key IS NOT NULL"
    " AND (CAST(:after AS uuid) IS NULL OR person_id > :after) ORDER BY person_id LIMIT :limit"
)
# Whoever is erased meanwhile stays erased.
_REWRAP = text(
    "UPDATE person_keys k SET wrapped_key = n.made FROM unnest(CAST(:ids AS uuid[]), CAST(:found AS bytea[]),"
    " CAST(:made AS bytea[])) AS n (id, found, made) WHERE k.person_id = n.id AND k.wrapped_key = n.found"
)
_NEXT_ADDRESSES = text(
    "SELECT DISTINCT ON (e.actor_id) e.actor_id, e.actor_sealed, k.wrapped_key FROM entries e"
    " JOIN person_keys k ON k.person_id = e.actor_id WHERE e.position > :after AND e.position <= :until"
    " AND e.actor_sealed IS NOT NULL AND k.wrapped_key IS NOT NULL ORDER BY e.actor_id, e.position DESC"
)
# Only the digest of that very address: a newer address of the person has its own.
_REDIGEST = text(
    "UPDATE person_keys k SET address_digest = n.made FROM unnest(CAST(:ids AS uuid[]), CAST(:found AS bytea[]),"
    " CAST(:made AS bytea[])) AS n (id, found, made) WHERE k.person_id = n.id AND k.address_digest = n.found"
)


async def rewrap_keys(session: AsyncSession, secret: SecretStr) -> int:
    """Wrap the keys of all people with the newest value. Returns how many were not. Safe to run again."""
    wrappings, after, rewrapped = wrappings_of(secret), None, 0
    while found := (await session.execute(_NEXT_PEOPLE, {"after": after, "limit": PEOPLE_AT_ONCE})).all():
        after = found[-1].person_id
        old = {row.person_id: row.wrapped_key for row in found if not _opens(wrappings[0], *row)}
        made = [seal(wrappings[0], person, unwrapped(wrappings, person, key)) for person, key in old.items()]
        await session.execute(_REWRAP, {"ids": list(old), "found": list(old.values()), "made": made})
        rewrapped += len(old)
    return rewrapped


def _opens(wrapping: AESGCM, person_id: UUID, wrapped: bytes) -> bool:
    try:
        open_sealed(wrapping, person_id, wrapped)
    except InvalidTag:
        return False
    return True


async def redigest_addresses(session: AsyncSession, secret: SecretStr, after: int) -> int | None:
    """Find people by a digest of the newest value from now on, as far as a part of the entries says their addresses:
    those after this position. Returns where the next part begins; None: there is none."""
    last = await session.scalar(text("SELECT max(position) FROM entries"))
    if last is None or after >= last:
        return None
    until = after + ENTRIES_AT_ONCE
    rows = (await session.execute(_NEXT_ADDRESSES, {"after": after, "until": until})).all()
    keys = unwrap({row.actor_id: row.wrapped_key for row in rows}, secret)
    said = {row.actor_id: decrypt(keys, row.actor_id, row.actor_sealed).get("address") for row in rows}
    found = [(person, address_digests(secret, address)) for person, address in said.items() if address]
    old = [(person, digest, newest) for person, (newest, *former) in found for digest in former]
    columns = ([each[place] for each in old] for place in range(3))
    await session.execute(_REDIGEST, dict(zip(("ids", "found", "made"), columns, strict=True)))
    return until
