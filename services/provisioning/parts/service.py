"""Services that are part of another one."""

from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.provisioning.services.models import Service
from services.provisioning.states import ServiceState
from shared.events.provisioning import Suspension
from shared.waking import wake

MOST = 20
"""Parts of one service."""
WHOLE: Suspension = "whole"


async def lock_with_parts(session: AsyncSession, service_id: UUID) -> list[Service]:
    """Lock a service together with its parts, in the order of their ids, as workers lock services. Call it before the
    service is locked alone. Returns the parts that are not deleted. A part that is added meanwhile waits for the
    service's lock, so that none is missing."""
    parts = (Service.part_of == service_id) & (Service.state != ServiceState.deleted)
    family = select(Service.id).where((Service.id == service_id) | parts)
    await session.execute(family.order_by(Service.id).with_for_update())
    return await live_parts(session, service_id)


async def live_parts(session: AsyncSession, service_id: UUID, *, skip_locked: bool = False) -> list[Service]:
    """The parts of a locked service that are not deleted, locked."""
    here = Service.part_of == service_id, Service.state != ServiceState.deleted
    found = select(Service).where(*here).order_by(Service.id).with_for_update(skip_locked=skip_locked)
    return list(await session.scalars(found.execution_options(populate_existing=True)))


async def count_parts(session: AsyncSession, service_id: UUID) -> int:
    here = Service.part_of == service_id, Service.state != ServiceState.deleted
    return await session.scalar(select(func.count()).where(*here)) or 0


async def follow_whole(session: AsyncSession, wholes: ColumnElement[bool]) -> None:
    """The parts of these services are to be suspended because the service is, or no longer for that reason. Reasons of
    their own stay."""
    whole = aliased(Service)
    await session.flush()
    suspended = select(func.cardinality(whole.suspended_for) > 0).where(whole.id == Service.part_of).scalar_subquery()
    is_suspended, has = suspended, literal(WHOLE) == any_(Service.suspended_for)
    for wanted, changed in ((True, func.array_append), (False, func.array_remove)):
        differs = (is_suspended.is_(wanted), has.is_(not wanted))
        here = Service.part_of.in_(select(Service.id).where(wholes)), Service.state != ServiceState.deleted
        reasons = {"suspended_for": changed(Service.suspended_for, WHOLE), "version": Service.version + 1}
        followed = update(Service).where(*here, *differs).values(reasons | {"settle_at": None})
        if (await session.scalars(followed.returning(Service.id))).first():
            await wake(session, Service.__tablename__)
