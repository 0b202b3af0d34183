"""Locations: the list, and one of them with what is deployed there and who has signed up."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.addresses import address_of
from services.portal.clients.http import CountedPage
from services.portal.clients.locations import LocationStatus
from services.portal.clients.provisioning import Service
from services.portal.locations.sides import OF_CUSTOMER, OWN, OnSide
from services.portal.locations.table import locations_table
from services.portal.locations.views import LocationList, LocationPage
from services.portal.rendering import page
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section

router = APIRouter()


@router.get(OWN)
@router.get(OF_CUSTOMER)
async def locations(request: Request, viewer: InWorkspace, side: OnSide) -> Response:
    state = TableState.of(locations_table(side, Section("down")), request.query_params, viewer)
    read = viewer.services.provisioning.locations
    found = await section(
        viewer, side.view, lambda: read(side.customer_id, **state.asked(), **state.page(), limit=PAGE_SIZE)
    )
    shown = [each.id for each in found.value.items if each.is_open] if found.ready else []
    doors = await section(
        viewer, side.view, lambda: viewer.services.identity.location_statuses(shown, side.customer_id)
    )
    table = TableView(locations_table(side, doors), state, found, viewer, side.path)
    return list_page(request, LocationList(table, side))


@router.get(OWN + "/{location_id}")
@router.get(OF_CUSTOMER + "/{location_id}")
async def location(
    request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID, cursor: str = ""
) -> Response:
    viewer.require(side.view)
    found, door, people, services = await asyncio.gather(
        viewer.services.provisioning.location(location_id, side.customer_id),
        section(viewer, side.view, lambda: _door(viewer, location_id, side.customer_id)),
        section(viewer, "user.list", lambda: viewer.services.identity.people_of_location(location_id)),
        section(viewer, "service.view", lambda: _deployed(viewer, location_id, cursor)),
    )
    return page(request, LocationPage(side, found, address_of(found), door, people, services, cursor))


async def _door(viewer: Viewer, location_id: UUID, customer_id: UUID | None) -> LocationStatus | None:
    """None while identity does not know the location yet."""
    return (await viewer.services.identity.location_statuses([location_id], customer_id)).get(location_id)


async def _deployed(viewer: Viewer, location_id: UUID, cursor: str) -> CountedPage[Service]:
    return await viewer.services.provisioning.services(location_id=location_id, cursor=cursor, limit=20)
