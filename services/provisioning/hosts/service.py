"""Hosts: adding and changing them, and their maintenance."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.hosts.listing import no_host
from services.provisioning.hosts.models import Host, HostResource
from services.provisioning.hosts.schemas import HostCreate, HostRead, HostUpdate, ResourceLoad
from services.provisioning.resources import RESOURCES
from services.provisioning.sites.models import Site
from shared.errors import Conflict, Invalid
from shared.events.provisioning import HostAdded, HostChanged, HostMaintenanceEnded, HostMaintenanceStarted
from shared.field_errors import field_error
from shared.outbox import emit


class SiteNotKnown(Invalid):
    """There is no such site."""

    title = "There is no such site"


class HostNameTaken(Conflict):
    """Another host of the site has this name."""

    title = "The name is taken"


class CapacityTaken(Invalid):
    """Services take more than that. ``errors`` says the least capacity of each resource."""

    title = "Services take more than that"


async def add_host(session: AsyncSession, body: HostCreate, *, provider_id: UUID) -> HostRead:
    """Raises `SiteNotKnown` or `HostNameTaken`."""
    if await session.get(Site, body.site_id) is None:
        raise SiteNotKnown("Choose a site.", errors=[field_error("/site_id", "not_offered", "is no site")])
    host = Host(workspace_id=provider_id, site_id=body.site_id, display_name=body.display_name)
    session.add(host)
    await _flush(session, body)
    resources = [
        HostResource(host_id=host.id, resource=name, workspace_id=provider_id, capacity=body.capacity.get(name, 0))
        for name in RESOURCES
    ]
    session.add_all(resources)
    await session.flush()
    await emit(session, HostAdded.model_validate(await _told(session, host)))
    return _shown(host, resources)


async def change_host(session: AsyncSession, host_id: UUID, body: HostUpdate) -> HostRead:
    """Raises `NotFound`, `HostNameTaken`, or `CapacityTaken`, which says what is taken."""
    host = await _lock(session, host_id)
    found = await _resources(session, host)
    wanted = {each.resource: body.capacity.get(each.resource, 0) for each in found}  # type: ignore[call-overload]
    errors = [
        field_error(f"/capacity/{each.resource}", "too_small", f"must be at least {each.taken}, as taken", each.taken)
        for each in found
        if wanted[each.resource] < each.taken
    ]
    if errors:
        raise CapacityTaken("Services on the host take more than that.", errors=errors)
    if host.display_name == body.display_name and all(wanted[each.resource] == each.capacity for each in found):
        return _shown(host, found)
    host.display_name = body.display_name
    host.version += 1
    for each in found:
        each.capacity = wanted[each.resource]
    await _flush(session, body)
    await emit(session, HostChanged.model_validate(await _told(session, host)))
    return _shown(host, found)


async def begin_maintenance(session: AsyncSession, host_id: UUID) -> HostRead:
    """The host takes no new service; what runs on it stays. Changes nothing if it is in maintenance."""
    host = await _lock(session, host_id)
    if not host.in_maintenance:
        host.in_maintenance = True
        host.version += 1
        await emit(session, HostMaintenanceStarted.model_validate(await _told(session, host)))
    return _shown(host, await _resources(session, host))


async def end_maintenance(session: AsyncSession, host_id: UUID) -> HostRead:
    """The host takes new services again. Changes nothing if it is not in maintenance."""
    host = await _lock(session, host_id)
    if host.in_maintenance:
        host.in_maintenance = False
        host.version += 1
        await emit(session, HostMaintenanceEnded.model_validate(await _told(session, host)))
    return _shown(host, await _resources(session, host))


async def _lock(session: AsyncSession, host_id: UUID) -> Host:
    """Who places something on the host waits, as does who changes what is there."""
    locked = select(Host).where(Host.id == host_id).with_for_update(key_share=True)
    host = (await session.scalars(locked)).one_or_none()
    if host is None:
        raise no_host(host_id)
    return host


async def _resources(session: AsyncSession, host: Host) -> list[HostResource]:
    return list(await session.scalars(select(HostResource).where(HostResource.host_id == host.id)))


async def _flush(session: AsyncSession, body: HostUpdate) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_hosts_site_id_display_name" not in str(error.orig):
            raise
        taken = f"There is a host {body.display_name!r} at this site already. Choose another name."
        raise HostNameTaken(taken) from None


def _shown(host: Host, resources: list[HostResource]) -> HostRead:
    loads = {each.resource: ResourceLoad.model_validate(each) for each in resources if each.capacity > 0}
    return HostRead(
        id=host.id,
        site_id=host.site_id,
        display_name=host.display_name,
        in_maintenance=host.in_maintenance,
        resources=[loads[name] for name in RESOURCES if name in loads],
    )


async def _told(session: AsyncSession, host: Host) -> dict[str, object]:
    site = await session.get_one(Site, host.site_id)
    return {
        "workspace_id": host.workspace_id,
        "subject_version": host.version,
        "host_id": host.id,
        "display_name": host.display_name,
        "site_id": site.id,
        "site_key": site.key,
        "site_name": site.display_name,
    }
