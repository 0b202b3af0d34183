"""What software at customers asks, with its key as the credential: whether the key is valid, and to be activated on its
machine. The signature is verified before the database is asked, so that only who has a key learns of its licence."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.licences.describing import DAY, standing_of
from services.provisioning.licences.models import Activation, Licence, LicenceState
from services.provisioning.licences.refusals import (
    ActivationLimitReached,
    KeyNotGenuine,
    KeyReplaced,
    LicenceNotValid,
    TooManyLicenceCalls,
)
from services.provisioning.licences.schemas import ActivationCreate, ActivationReceipt, CheckedKeyRead, KeyVerdict
from services.provisioning.licences.service import count_of, service_of
from services.provisioning.licences.signing import KeyClaims, NotGenuine, SigningKeys, read_key, sign
from services.provisioning.services.models import Service
from shared.copies import workspace_of
from shared.db import Sessions
from shared.errors import NotYetKnown
from shared.events.provisioning import LicenceActivated
from shared.outbox import Cause, emit, transaction
from shared.scope import begin_in

RECEIPT_DAYS = 90
"""A machine activates again before its receipt is over, so that one that was released stops."""
WINDOW, MOST_CALLS = timedelta(minutes=1), 100


@dataclass(frozen=True, slots=True)
class Held:
    """A locked licence whose key was presented, with its service."""

    licence: Licence
    service: Service
    claims: KeyClaims


def claims_of(keys: SigningKeys, text: str) -> KeyClaims:
    """What a key says that people or software presented. Raises `KeyNotGenuine`."""
    try:
        return read_key(keys, "".join(text.split()))
    except NotGenuine:
        raise KeyNotGenuine("It is incomplete, was changed, or was not signed here. Copy it again.") from None


async def activate(
    session: AsyncSession, claims: KeyClaims, body: ActivationCreate, *, keys: SigningKeys, now: datetime
) -> ActivationReceipt:
    """Let a machine use the licence of a verified key, in the scope of its workspace; a machine that does so already
    gets a new receipt. ``now`` is business time. Raises `KeyNotGenuine`, `KeyReplaced`, `LicenceNotValid` or
    `ActivationLimitReached`."""
    held = await _lock_presented(session, claims)
    if held.licence.state != LicenceState.valid:
        raise LicenceNotValid(f"The licence is {held.licence.state}.", state=held.licence.state)
    digest = fingerprint_digest(held.licence.id, body.fingerprint)
    mine = Activation.licence_id == held.licence.id, Activation.fingerprint_digest == digest
    activation = await session.scalar(select(Activation).where(*mine))
    if activation is None:
        activation = await _add(session, held, digest, body.machine_name, now)
    activation.renewed_at = now
    await session.flush()
    until = (now + timedelta(days=RECEIPT_DAYS)).date()
    receipt = {
        "activation": str(activation.id),
        "licence": str(held.licence.id),
        "generation": held.licence.generation,
        "fingerprint": digest,
        "issued_on": now.date().isoformat(),
        "valid_until": until.isoformat(),
    }
    signed = sign(keys, "licence-activation", receipt, key_id=keys.chosen(held.licence.signing_key_id))
    return ActivationReceipt(activation_id=activation.id, receipt=signed, valid_until=until)


async def check_key(session: AsyncSession, claims: KeyClaims, *, now: datetime) -> CheckedKeyRead:
    """What is to be said of a verified key, in the scope of its workspace. Raises `KeyNotGenuine`."""
    held = await _lock_presented(session, claims, replaced_too=True)
    verdict = KeyVerdict(held.licence.state)
    if held.claims.generation < held.licence.generation and verdict in (KeyVerdict.valid, KeyVerdict.on_hold):
        verdict = KeyVerdict.replaced
    ends_on = held.service.ends_on
    if verdict == KeyVerdict.valid and claims.valid_until and now.date() > claims.valid_until:
        verdict = KeyVerdict.over
    return CheckedKeyRead(
        verdict=verdict,
        licence_id=held.licence.id,
        product_name=claims.product_name,
        company=claims.company,
        issued_on=claims.issued_on,
        quantity=held.service.quantity,
        maintenance_until=held.licence.maintenance_until,
        valid_until=ends_on and ends_on - DAY,
        is_newest_text=_says_what_is(held),
    )


async def count_call(sessions: Sessions, claims: KeyClaims, *, real_now: datetime) -> None:
    """Count in a transaction of its own, so that what is refused counts, too. Raises `TooManyLicenceCalls`."""
    async with begin_in(sessions, claims.workspace) as session:
        licence = await session.get(Licence, claims.licence, with_for_update=True)
        if licence is None:
            return
        if licence.called_since is None or real_now >= licence.called_since + WINDOW:
            licence.called_since, licence.calls = real_now, 0
        if licence.calls >= MOST_CALLS:
            left = licence.called_since + WINDOW - real_now
            raise TooManyLicenceCalls("Wait a little.", retry_after=int(left.total_seconds()) + 1)
        licence.calls += 1


@asynccontextmanager
async def presented(sessions: Sessions, claims: KeyClaims, cause: Cause) -> AsyncIterator[AsyncSession]:
    """A transaction in the workspace that a verified key names, after `count_call`: a request never waits for a second
    connection while it has one. Its events are the system's, because a key names no person. Raises `KeyNotGenuine` for
    a workspace that is not known."""
    async with transaction(sessions, cause, workspace_id=claims.workspace) as session:
        try:
            parent_id = (await workspace_of(session, claims.workspace)).parent_workspace_id
        except NotYetKnown:
            raise KeyNotGenuine("Its licence is not known here. Copy it again.") from None
        session.info["cause"] = replace(cause, parent_workspace_id=parent_id)
        yield session


def fingerprint_digest(licence_id: UUID, fingerprint: str) -> str:
    """Machines of different licences cannot be compared by it."""
    return hashlib.sha256(f"{licence_id}:{fingerprint}".encode()).hexdigest()


async def _lock_presented(session: AsyncSession, claims: KeyClaims, *, replaced_too: bool = False) -> Held:
    licence = await session.get(Licence, claims.licence, with_for_update=True, populate_existing=True)
    if licence is None or claims.generation > licence.generation:
        raise KeyNotGenuine("Its licence is not known here. Copy it again.")
    if claims.generation < licence.generation and not replaced_too:
        raise KeyReplaced("The licence has a newer key. Copy that one from the licence's page.")
    service, _ = await service_of(session, licence)
    return Held(licence, service, claims)


async def _add(session: AsyncSession, held: Held, digest: str, machine_name: str, now: datetime) -> Activation:
    licence, used = held.licence, await count_of(session, held.licence.id)
    if used >= held.service.quantity:
        limit = held.service.quantity
        raise ActivationLimitReached(f"It is for {limit}. Release one on the licence's page.", limit=limit)
    activation = Activation(
        workspace_id=licence.workspace_id, licence_id=licence.id, fingerprint_digest=digest,
        machine_name=machine_name, activated_at=now, renewed_at=now,
    )  # fmt: skip
    session.add(activation)
    licence.version += 1
    await session.flush()
    service, product = await service_of(session, licence)
    told = {"activation_id": activation.id, "machine_name": machine_name, "activations": used + 1}
    await emit(session, LicenceActivated.model_validate(standing_of(licence, service, product) | told))
    return activation


def _says_what_is(held: Held) -> bool:
    """Whether the key says the same as one that is copied now."""
    licence, service, claims = held.licence, held.service, held.claims
    ends = service.ends_on and service.ends_on - DAY
    now = (licence.generation, service.quantity, licence.maintenance_until, ends)
    return now == (claims.generation, claims.quantity, claims.maintenance_until, claims.valid_until)
