"""What people do with a licence: see its key, replace it, release a machine; and the seller's staff revoke it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.licences.describing import key_of, standing_of
from services.provisioning.licences.models import Activation, Licence, LicenceState
from services.provisioning.licences.refusals import LicenceNotRevoked, LicenceNotValid
from services.provisioning.licences.schemas import LicenceKeyRead
from services.provisioning.licences.signing import SigningKeys
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from shared.copies import workspace_of
from shared.errors import NotFound
from shared.events.provisioning import (
    LicenceDeactivated,
    LicenceEvent,
    LicenceKeyShown,
    LicenceReinstated,
    LicenceRevoked,
    LicenceRotated,
)
from shared.outbox import emit

IN_USE = (LicenceState.valid, LicenceState.on_hold)


async def show_key(session: AsyncSession, licence_id: UUID, *, keys: SigningKeys) -> LicenceKeyRead:
    """The present key, made from the row. Raises `NotFound` or `LicenceNotValid`."""  # (I5, D30)
    licence = await lock_licence(session, licence_id)
    _require_in_use(licence)
    service, product = await service_of(session, licence)
    licence.signing_key_id = keys.chosen(licence.signing_key_id)
    await session.flush()
    company = (await workspace_of(session, licence.workspace_id)).display_name
    key = key_of(licence, service, product, company, keys)
    await emit(session, LicenceKeyShown.model_validate(standing_of(licence, service, product)))
    return LicenceKeyRead(key=key, generation=licence.generation, signing_key_id=licence.signing_key_id)


async def rotate(session: AsyncSession, licence_id: UUID) -> None:
    """Replace the key: from now on the former ones are revoked. Raises `NotFound` or `LicenceNotValid`."""
    licence = await lock_licence(session, licence_id)
    _require_in_use(licence)
    licence.generation += 1
    licence.signing_key_id = None
    await _changed(session, licence, LicenceRotated)


async def revoke(session: AsyncSession, licence_id: UUID, reason: str, *, now: datetime) -> None:
    """Raises `NotFound`, or `LicenceNotValid` for one that is revoked already or has ended."""
    licence = await lock_licence(session, licence_id)
    _require_in_use(licence)
    licence.revoked_at, licence.revoked_for = now, reason
    await _changed(session, licence, LicenceRevoked, reason=reason)


async def reinstate(session: AsyncSession, licence_id: UUID) -> None:
    """Take a revocation back. Raises `NotFound` or `LicenceNotRevoked`."""
    licence = await lock_licence(session, licence_id)
    if licence.state != LicenceState.revoked:
        raise LicenceNotRevoked(f"The licence is {licence.state}.", state=licence.state)
    licence.revoked_at = licence.revoked_for = None
    await _changed(session, licence, LicenceReinstated)


async def release(session: AsyncSession, licence_id: UUID, activation_id: UUID) -> None:
    """Let a machine no longer use a licence. Raises `NotFound`."""
    licence = await lock_licence(session, licence_id)
    activation = await session.get(Activation, activation_id)
    if activation is None or activation.licence_id != licence.id:
        raise NotFound("There is no such activation of this licence.")
    await session.delete(activation)
    await session.flush()
    gone = {"activation_id": activation.id, "machine_name": activation.machine_name, "cause": "released"}
    await _changed(session, licence, LicenceDeactivated, **gone, activations=await count_of(session, licence.id))


async def lock_licence(session: AsyncSession, licence_id: UUID) -> Licence:
    """A licence in the scope of the transaction. Raises `NotFound`."""
    licence = await session.get(Licence, licence_id, with_for_update=True, populate_existing=True)
    if licence is None:
        raise NotFound("There is no such licence in this workspace.")
    return licence


async def service_of(session: AsyncSession, licence: Licence) -> tuple[Service, Product]:
    service = await session.get_one(Service, licence.service_id)
    return service, await session.get_one(Product, licence.product_id)


async def count_of(session: AsyncSession, licence_id: UUID) -> int:
    """How many machines use a licence."""
    counted = select(func.count()).where(Activation.licence_id == licence_id)
    return (await session.execute(counted)).scalar_one()


def _require_in_use(licence: Licence) -> None:
    if licence.state not in IN_USE:
        raise LicenceNotValid(f"The licence is {licence.state}.", state=licence.state)


async def _changed(session: AsyncSession, licence: Licence, event: type[LicenceEvent], **more: object) -> None:
    licence.version += 1
    await session.flush()
    service, product = await service_of(session, licence)
    await emit(session, event.model_validate(standing_of(licence, service, product) | more))
