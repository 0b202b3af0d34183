from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.bill_groups.service import BillGroupNotYours
from services.provisioning.locations import importing, listing, service
from services.provisioning.locations.importing import RowsRefused
from services.provisioning.locations.models import Location
from services.provisioning.locations.schemas import (
    LocationCreate,
    LocationMade,
    LocationRead,
    LocationsImport,
    LocationsImported,
    LocationsQuery,
    LocationUpdate,
)
from services.provisioning.locations.service import (
    LocationClosedAlready,
    LocationInUse,
    LocationNameTaken,
    TooManyLocations,
)
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound, Unavailable
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("provisioning", "locations")

ADDING = (BillGroupNotYours, LocationNameTaken, TooManyLocations, Unavailable)
CHANGING = (NotFound, LocationNameTaken, LocationClosedAlready)
CLOSING = (NotFound, LocationClosedAlready, LocationInUse)
CHECKING = (TooManyLocations, Unavailable)
IMPORTING = (RowsRefused, TooManyLocations, Unavailable)
"""What refuses to add, change or close a location, to check an import and to do it."""


@router.get("", guard=allow("location.view"), response_model=CountedPage[LocationRead])
async def list_locations(read: Reader, query: Annotated[LocationsQuery, Query()]) -> Response:
    """The locations of the workspace that the caller may see, by name. ``q`` is the beginning of a word of the name,
    street or city and what follows, without case and accents."""
    return json_response(await listing.list_locations(read, query))


@router.get("/{location_id}", guard=allow("location.view"), response_model=LocationRead, problems=(NotFound,))
async def get_location(location_id: UUID, read: Reader) -> Response:
    """One location."""
    return json_response(await listing.read_location(read, location_id))


@router.post("", guard=allow("location.manage"), status_code=201, problems=ADDING)
async def add_location(body: LocationCreate, session: Session, access: CurrentAccess, once: Once) -> LocationMade:
    """Add a location, under a bill group of the workspace."""

    async def add() -> Location:
        return await service.add_location(session, access.workspace_id, body)

    return await once(body, LocationMade, add)


@router.put("/{location_id}", guard=allow("location.manage"), status_code=204, problems=CHANGING)
async def change_location(location_id: UUID, body: LocationUpdate, session: Session) -> None:
    """Change what a location is called, where it is, and whom to write to there."""
    await service.change_location(session, location_id, body)


@router.post("/{location_id}/close", guard=allow("location.manage"), status_code=204, problems=CLOSING)
async def close_location(location_id: UUID, session: Session, now: Now) -> None:
    """Close a location where no service is any more. It stays closed, and its people lose it."""
    await service.close_location(session, location_id, now)


@router.post("/import/check", guard=allow("location.manage"), problems=CHECKING)
async def check_import(body: LocationsImport, session: Session, access: CurrentAccess) -> LocationsImported:
    """What an import of these rows would do with each of them, and all that is wrong with them. Changes nothing."""
    return await importing.check_import(session, access.workspace_id, body.rows)


@router.post("/import", guard=allow("location.manage"), problems=IMPORTING)
async def import_locations(
    body: LocationsImport, session: Session, access: CurrentAccess, once: Once
) -> LocationsImported:
    """Add many locations, all or none. A row that is there already, exactly so, is left as it is."""

    async def add() -> LocationsImported:
        return await importing.import_locations(session, access.workspace_id, body.rows)

    return await once(body, LocationsImported, add)
