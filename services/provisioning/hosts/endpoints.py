from uuid import UUID

from fastapi import Response

from services.provisioning.hosts import listing, service
from services.provisioning.hosts.schemas import (
    HostCreate,
    HostDetailRead,
    HostedServiceRead,
    HostRead,
    HostUpdate,
    SiteLoadRead,
)
from services.provisioning.hosts.service import CapacityTaken, HostNameTaken, SiteNotKnown
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "hosts")


@router.get("", guard=allow("infrastructure.view"), response_model=Page[HostRead])
async def list_hosts(site_id: UUID, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The hosts of a site by name, with how much of each resource is taken."""
    rows = await listing.list_hosts(read, site_id=site_id, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("display_name", "id"))


@router.get("/loads", guard=allow("infrastructure.view"), response_model=Page[SiteLoadRead])
async def list_loads(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """All sites by name, with what their hosts have together and what is taken of it."""
    rows = await listing.list_loads(read, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("display_name", "id"))


@router.get("/{host_id}", guard=allow("infrastructure.view"), response_model=HostDetailRead)
async def get_host(host_id: UUID, read: Reader) -> Response:
    """One host, with its site and its load."""
    return json_response(await listing.read_host(read, host_id))


@router.get("/{host_id}/services", guard=allow("infrastructure.view"), response_model=Page[HostedServiceRead])
async def list_services(host_id: UUID, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The services of all customers that run on the host, and what each takes."""
    rows = await listing.list_services(read, host_id, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("id",))


@router.post("", guard=allow("infrastructure.manage"), status_code=201, problems=(SiteNotKnown, HostNameTaken))
async def add_host(body: HostCreate, session: Session, access: CurrentAccess, once: Once) -> HostRead:
    """Add a host to a site. Services are placed on it from now on."""

    async def add() -> HostRead:
        return await service.add_host(session, body, provider_id=access.workspace_id)

    return await once(body, HostRead, add)


@router.put("/{host_id}", guard=allow("infrastructure.manage"), problems=(CapacityTaken, HostNameTaken))
async def change_host(host_id: UUID, body: HostUpdate, session: Session) -> HostRead:
    """Change a host's name and capacity. No capacity can be less than what services take of it."""
    return await service.change_host(session, host_id, body)


@router.post("/{host_id}/begin-maintenance", guard=allow("infrastructure.manage"))
async def begin_maintenance(host_id: UUID, session: Session) -> HostRead:
    """From now on the host takes no new service. What runs on it stays. Changes nothing if it is in maintenance."""
    return await service.begin_maintenance(session, host_id)


@router.post("/{host_id}/end-maintenance", guard=allow("infrastructure.manage"))
async def end_maintenance(host_id: UUID, session: Session) -> HostRead:
    """The host takes new services again. Changes nothing if it is not in maintenance."""
    return await service.end_maintenance(session, host_id)
