from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.placements import listing
from services.provisioning.placements.schemas import (
    PlacedServicesQuery,
    PlacedServicesRead,
    PlacementRead,
    SiteServicesRead,
)
from services.provisioning.services.schemas import ServiceRead
from services.provisioning.states import ServiceState
from shared.auth import Router, allow
from shared.events.provisioning import ServiceKind
from shared.pages import CountedPage, Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "placements")


@router.get("/sites", guard=allow("service.view"), response_model=Page[SiteServicesRead])
async def list_sites(
    read: Reader, kind: ServiceKind | None = None, state: ServiceState | None = None, cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:  # fmt: skip
    """All sites by name, with how many of the workspace's services run there, and the newest of them. ``kind`` and
    ``state`` filter the services, and not the counts."""  # (K9)
    rows = await listing.list_sites(read, kind, state, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("display_name", "id"))


@router.get("/nowhere", guard=allow("service.view"), response_model=PlacedServicesRead)
async def get_nowhere(
    read: Reader, kind: ServiceKind | None = None, state: ServiceState | None = None
) -> Response:  # fmt: skip
    """The workspace's services that run at no site: how many there are, and the newest of them."""  # (K9)
    return json_response(await listing.read_nowhere(read, kind, state))


@router.get("/services", guard=allow("service.view"), response_model=CountedPage[ServiceRead])
async def list_services(read: Reader, query: Annotated[PlacedServicesQuery, Query()]) -> Response:
    """The workspace's services at a site, or at none, newest first."""  # (K9)
    return json_response(await listing.list_services(read, query))


@router.get("/{service_id}", guard=allow("service.view"), response_model=PlacementRead)
async def get_placement(service_id: UUID, read: Reader) -> Response:
    """Where one service runs, and what it takes there."""  # (K9)
    return json_response(await listing.read_placement(read, service_id))
