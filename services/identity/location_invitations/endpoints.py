"""The door of locations: who is invited to them, and who has them. Beside a workspace's own admins, those of its parent
invite the contact on file."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.identity.grants.locks import confirm_access, lock_child_of, lock_person, lock_workspace
from services.identity.invitations.limits import NotToday, TooManyOpen
from services.identity.invitations.models import Invitation
from services.identity.invitations.schemas import InvitationRead
from services.identity.invitations.service import AlreadyMember, InvitationNotPending, InvitedToAll
from services.identity.location_invitations import listing, people, service
from services.identity.location_invitations.schemas import (
    LocationIds,
    LocationInvitationCreate,
    LocationPersonRead,
    LocationStatusRead,
)
from services.identity.location_invitations.service import NoAddressAtLocation
from services.identity.settings import CurrentSettings
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import no_such_child
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import HoldersOnly
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import json_response
from shared.reads import Reader, ScopedReads
from shared.scope import EVERYWHERE

router = Router("identity", "location-invitations")

OWN, BELOW = allow("location.manage"), allow("customer.manage_locations")
INVITING = (NotFound, NoAddressAtLocation, AlreadyMember, InvitedToAll, NotToday, TooManyOpen)
_CHILD = "SELECT EXISTS (SELECT FROM workspaces WHERE workspace_id = $1 AND parent_workspace_id = $2)"


async def _reads_of_child(request: Request, customer_id: UUID, read: Reader) -> ScopedReads:
    """Reads in the customer of the path, which is directly below the caller's workspace. Raises `NotFound`."""
    access = request.state.access
    if not (await read.fetchrow(_CHILD, customer_id, access.workspace_id))["exists"]:
        raise no_such_child()
    within = replace(access, workspace_id=customer_id, scope=EVERYWHERE)
    return ScopedReads(request.app.state.runtime.pool, within)


ChildReader = Annotated[ScopedReads, Depends(_reads_of_child)]


@router.get("", guard=allow("location.view"), response_model=list[LocationStatusRead])
async def get_statuses(read: Reader, location_id: Annotated[LocationIds, Query()]) -> Response:
    """Whether somebody has signed up for each of these locations, at most a hundred. Those that are not known, or not
    shown to the caller, are left out."""
    return json_response(await listing.read_statuses(read, location_id))


@router.post("", guard=allow("user.invite"), status_code=201, problems=INVITING)
async def invite_to_locations(
    body: LocationInvitationCreate, access: CurrentAccess, session: Session, settings: CurrentSettings,
    real_now: RealNow, once: Once,
) -> InvitationRead:  # fmt: skip
    """Invite a person to some locations together. They see these alone, with the role regular. Sending again
    invalidates the previous link, and is for its locations, too."""

    async def work() -> Invitation:
        workspace = await lock_workspace(session, access.workspace_id)
        await confirm_access(session, access, "user.invite")
        return await service.invite_to(
            session, settings, workspace, body.address, body.display_name, body.location_ids, access, real_now
        )

    return await once(body, InvitationRead, work)


@router.post("/{location_id}/send", guard=OWN, status_code=201, problems=INVITING)
async def invite_contact(
    location_id: UUID, access: CurrentAccess, session: Session, settings: CurrentSettings, real_now: RealNow,
    once: Once,
) -> InvitationRead:  # fmt: skip
    """Send the welcome mail to the address on file of a location."""

    async def work() -> Invitation:
        workspace = await lock_workspace(session, access.workspace_id)
        await confirm_access(session, access, "location.manage")
        return await service.invite_on_file(session, settings, workspace, location_id, access, real_now)

    return await once(None, InvitationRead, work)


@router.post("/{location_id}/revoke", guard=OWN, status_code=204, problems=(NotFound, InvitationNotPending))
async def revoke_invitations(location_id: UUID, access: CurrentAccess, session: Session) -> None:
    """Revoke the pending invitations to a location. Those that are for other ones, too, stay for these."""
    workspace = await lock_workspace(session, access.workspace_id)
    await confirm_access(session, access, "location.manage")
    await service.revoke_of_location(session, workspace, location_id)


@router.get("/{location_id}/people", guard=allow("user.list"), response_model=list[LocationPersonRead])
async def list_people(location_id: UUID, read: Reader) -> Response:
    """The first hundred people who see a location and not the whole workspace, by name."""
    return json_response(await listing.list_people(read, location_id))


@router.delete("/{location_id}/people/{user_id}", guard=allow("user.edit"), status_code=204, problems=(NotFound,))
async def remove_person(location_id: UUID, user_id: UUID, access: CurrentAccess, session: Session) -> None:
    """Take a location from a person. It takes effect within two seconds."""
    workspace = await lock_workspace(session, access.workspace_id)
    await lock_person(session, user_id)
    await confirm_access(session, access, "user.edit")
    await people.remove_person(session, workspace, location_id, user_id)


@router.get("/customers/{customer_id}", guard=BELOW, response_model=list[LocationStatusRead], problems=(NotFound,))
async def get_statuses_of_customer(read: ChildReader, location_id: Annotated[LocationIds, Query()]) -> Response:
    """As `GET /api/identity/location-invitations`, of a customer below the caller's workspace."""
    return json_response(await listing.read_statuses(read, location_id))


@router.post(
    "/customers/{customer_id}/{location_id}/send",
    guard=BELOW,
    status_code=201,
    problems=(*INVITING, HoldersOnly),
)
async def invite_contact_of_customer(
    customer_id: UUID, location_id: UUID, access: CurrentAccess, session: Session, settings: CurrentSettings,
    real_now: RealNow, once: Once,
) -> InvitationRead:  # fmt: skip
    """Send the welcome mail to the address on file of a customer's location."""

    async def work() -> Invitation:
        customer = await lock_child_of(session, access, customer_id)
        await confirm_access(session, access, "customer.manage_locations")
        if customer.holder_control:
            raise HoldersOnly("Only the two holders of this account let people in.")
        async with acting_for(session, access, customer):
            return await service.invite_on_file(session, settings, customer, location_id, access, real_now)

    return await once(None, InvitationRead, work)


@router.post(
    "/customers/{customer_id}/{location_id}/revoke", guard=BELOW, status_code=204,
    problems=(NotFound, InvitationNotPending),
)  # fmt: skip
async def revoke_invitations_of_customer(
    customer_id: UUID, location_id: UUID, access: CurrentAccess, session: Session
) -> None:
    """Revoke the pending invitations to a customer's location."""
    customer = await lock_child_of(session, access, customer_id)
    await confirm_access(session, access, "customer.manage_locations")
    async with acting_for(session, access, customer):
        await service.revoke_of_location(session, customer, location_id)
