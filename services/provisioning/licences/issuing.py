"""A service of the kind licence has one licence, which follows it: it is issued when the service is there, on hold
while the service is suspended, and ends with it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.licences.describing import standing_of
from services.provisioning.licences.models import Activation, Licence
from services.provisioning.products.models import Product
from services.provisioning.services.models import LICENSED, Service
from services.provisioning.states import ServiceState
from shared.events import Event
from shared.events.provisioning import LicenceDeactivated, LicenceIssued

KIND = "licence"
THERE = (ServiceState.active, ServiceState.changing, ServiceState.suspended)


async def follow_service(session: AsyncSession, service: Service, *, now: datetime) -> Sequence[Event]:
    """Bring the licence of a locked service to where the service is, and return what is to be told of that. The end and
    the suspension of the service are told by the service's events. ``now`` is business time."""
    if service.kind != KIND:
        return []
    await session.flush()
    mine = select(Licence).where(Licence.service_id == service.id).with_for_update()
    licence = await session.scalar(mine.execution_options(populate_existing=True))
    if licence is None:
        return [await _issue(session, service, now)] if service.state in THERE else []
    on_hold = service.state == ServiceState.suspended if service.state in THERE else licence.on_hold
    is_over = service.state == ServiceState.deleted
    if on_hold != licence.on_hold or (is_over and licence.ended_at is None):
        licence.on_hold = on_hold
        licence.ended_at = now if is_over else licence.ended_at
        licence.version += 1
        await session.flush()
    return await _make_fit(session, licence, service, 0 if is_over else service.quantity)


async def _issue(session: AsyncSession, service: Service, now: datetime) -> Event:
    licence = Licence(
        id=uuid4(), workspace_id=service.workspace_id, service_id=service.id, product_id=service.product_id,
        bill_group_id=service.bill_group_id, location_id=service.location_id, issued_at=now, generation=1, version=1,
        on_hold=service.state == ServiceState.suspended,
    )  # fmt: skip
    session.add(licence)
    await session.flush()
    product = await session.get_one(Product, service.product_id)
    return LicenceIssued.model_validate(standing_of(licence, service, product))


async def _make_fit(session: AsyncSession, licence: Licence, service: Service, most: int) -> Sequence[Event]:
    """Those that were activated last are deactivated, if they are more than ``most``."""
    surplus = select(Activation.id).where(Activation.licence_id == licence.id)
    surplus = surplus.order_by(Activation.activated_at, Activation.id).offset(most)
    gone = delete(Activation).where(Activation.id.in_(surplus.scalar_subquery()))
    named = (await session.execute(gone.returning(Activation.id, Activation.machine_name))).all()
    if not named or licence.ended_at is not None:
        return []
    licence.version += 1
    await session.flush()
    about = standing_of(licence, service, await session.get_one(Product, service.product_id))
    told = about | {"activations": most, "cause": "fewer"}
    return [
        LicenceDeactivated.model_validate(told | {"activation_id": id_, "machine_name": name}) for id_, name in named
    ]


async def claim_unlicensed(session: AsyncSession, *, limit: int) -> Sequence[Service]:
    """Services that should have a licence and have none, locked: those that were there before licences were."""
    without = ~exists().where(Licence.service_id == Service.id)
    found = select(Service).where(text(LICENSED), without).order_by(Service.id).limit(limit)
    return list(await session.scalars(found.with_for_update(of=Service, skip_locked=True)))
