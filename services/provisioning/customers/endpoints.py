"""The seller's side: the locations of the customers directly below the caller's workspace, and the licences of all
customers of the provider."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.licences import listing as licences
from services.provisioning.licences import service as licensing
from services.provisioning.licences.refusals import LicenceNotRevoked, LicenceNotValid
from services.provisioning.licences.schemas import LicenceDetailRead, LicenceRead, LicenceRevoke, LicencesQuery
from services.provisioning.locations import importing, listing, service
from services.provisioning.locations.endpoints import ADDING, CHANGING, CHECKING, CLOSING, IMPORTING
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
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.sellers import DIRECTLY_BELOW, CustomerReader, OwnCustomerReader, acting_for

router = Router("provisioning", "customers")


GUARD = allow("customer.manage_locations")
REVOKING = allow("licence.revoke")


@router.get("/{workspace_id}/locations", guard=GUARD, response_model=CountedPage[LocationRead], problems=(NotFound,))
async def list_locations(read: OwnCustomerReader, query: Annotated[LocationsQuery, Query()]) -> Response:
    """The locations of a customer, as `GET /api/provisioning/locations` lists them."""
    return json_response(await listing.list_locations(read, query))


@router.get("/{workspace_id}/locations/{location_id}", guard=GUARD, response_model=LocationRead, problems=(NotFound,))
async def get_location(location_id: UUID, read: OwnCustomerReader) -> Response:
    """One location of a customer."""
    return json_response(await listing.read_location(read, location_id))


@router.post("/{workspace_id}/locations", guard=GUARD, status_code=201, problems=(NotFound, *ADDING))
async def add_location(
    workspace_id: UUID, body: LocationCreate, session: Session, access: CurrentAccess, once: Once
) -> LocationMade:
    """Add a location of a customer, under one of its bill groups."""

    async def add() -> Location:
        async with acting_for(session, access, workspace_id, DIRECTLY_BELOW):
            return await service.add_location(session, workspace_id, body)

    return await once(body, LocationMade, add)


@router.put("/{workspace_id}/locations/{location_id}", guard=GUARD, status_code=204, problems=CHANGING)
async def change_location(
    workspace_id: UUID, location_id: UUID, body: LocationUpdate, session: Session, access: CurrentAccess
) -> None:
    """Change what a customer's location is called, where it is, and whom to write to there."""
    async with acting_for(session, access, workspace_id, DIRECTLY_BELOW):
        await service.change_location(session, location_id, body)


@router.post("/{workspace_id}/locations/{location_id}/close", guard=GUARD, status_code=204, problems=CLOSING)
async def close_location(
    workspace_id: UUID, location_id: UUID, session: Session, access: CurrentAccess, now: Now
) -> None:
    """Close a customer's location where no service is any more. It stays closed, and its people lose it."""
    async with acting_for(session, access, workspace_id, DIRECTLY_BELOW):
        await service.close_location(session, location_id, now)


@router.post("/{workspace_id}/locations/import/check", guard=GUARD, problems=(NotFound, *CHECKING))
async def check_import(
    workspace_id: UUID, body: LocationsImport, session: Session, access: CurrentAccess
) -> LocationsImported:
    """What an import of these rows for a customer would do with each of them, and all that is wrong with them. Changes
    nothing."""
    async with acting_for(session, access, workspace_id, DIRECTLY_BELOW):
        return await importing.check_import(session, workspace_id, body.rows)


@router.post("/{workspace_id}/locations/import", guard=GUARD, problems=(NotFound, *IMPORTING))
async def import_locations(
    workspace_id: UUID, body: LocationsImport, session: Session, access: CurrentAccess, once: Once
) -> LocationsImported:
    """Add many locations of a customer, all or none. A row that is there already, exactly so, is left as it is."""

    async def add() -> LocationsImported:
        async with acting_for(session, access, workspace_id, DIRECTLY_BELOW):
            return await importing.import_locations(session, workspace_id, body.rows)

    return await once(body, LocationsImported, add)


@router.get("/{workspace_id}/licences", guard=REVOKING, response_model=CountedPage[LicenceRead], problems=(NotFound,))
async def list_licences(read: CustomerReader, query: Annotated[LicencesQuery, Query()]) -> Response:
    """The licences of a customer, as `GET /api/provisioning/licences` lists them."""
    return json_response(await licences.list_licences(read, query))


@router.get(
    "/{workspace_id}/licences/{licence_id}", guard=REVOKING, response_model=LicenceDetailRead, problems=(NotFound,)
)
async def get_licence(licence_id: UUID, read: CustomerReader) -> Response:
    """One licence of a customer and the machines that use it. Its key is shown to the customer alone."""
    return json_response(await licences.read_licence(read, licence_id))


@router.post(
    "/{workspace_id}/licences/{licence_id}/revoke",
    guard=REVOKING,
    status_code=204,
    problems=(NotFound, LicenceNotValid),
)
async def revoke_licence(
    workspace_id: UUID, licence_id: UUID, body: LicenceRevoke, session: Session, access: CurrentAccess, now: Now
) -> None:
    """Revoke a licence of a customer: its keys are in the list of revoked ones from now on, and it can be activated no
    more. The customer's admins get a mail with the reason."""
    async with acting_for(session, access, workspace_id):
        await licensing.revoke(session, licence_id, body.reason, now=now)


@router.post(
    "/{workspace_id}/licences/{licence_id}/reinstate",
    guard=REVOKING,
    status_code=204,
    problems=(NotFound, LicenceNotRevoked),
)
async def reinstate_licence(workspace_id: UUID, licence_id: UUID, session: Session, access: CurrentAccess) -> None:
    """Take the revocation of a licence back. Its present key and its activations hold again."""
    async with acting_for(session, access, workspace_id):
        await licensing.reinstate(session, licence_id)
