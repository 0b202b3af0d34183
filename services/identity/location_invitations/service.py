"""Inviting people to locations of a workspace."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.invitations.models import Invitation, InvitationState, RevokedBecause
from services.identity.invitations.service import InvitationNotPending, close_pending, invite
from services.identity.locations.models import Location
from services.identity.locations.service import find_location, no_such_location, open_locations
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace
from shared.auth import Access
from shared.errors import Conflict

ROLE = "regular"
"""What people of a location are, there alone."""


class NoAddressAtLocation(Conflict):
    """The location has no address on file, to which an invitation could be sent. Enter one first."""

    title = "No address on file"


async def invite_on_file(
    session: AsyncSession, settings: Settings, workspace: Workspace, location_id: UUID, access: Access,
    real_now: datetime,
) -> Invitation:  # fmt: skip
    """Invite the contact on file of a location. Requires the workspace's lock and scope. Raises `NotFound`,
    `NoAddressAtLocation`, and what `invite` raises."""
    location = await find_location(session, workspace.id, location_id)
    if not location.contact_address:
        raise NoAddressAtLocation(f"There is no address on file for {location.display_name}. Enter one, then invite.")
    address, name = location.contact_address, location.contact_name
    return await invite(session, settings, workspace, address, name, ROLE, access, real_now, [location], on_file=True)


async def invite_to(
    session: AsyncSession, settings: Settings, workspace: Workspace, address: str, display_name: str,
    location_ids: Sequence[UUID], access: Access, real_now: datetime,
) -> Invitation:  # fmt: skip
    """Invite somebody to several locations together. Requires the workspace's lock and scope. Raises `NotFound`, and
    what `invite` raises."""
    found = await open_locations(session, workspace.id, location_ids)
    if len(found) < len(set(location_ids)):
        raise no_such_location()
    return await invite(session, settings, workspace, address, display_name, ROLE, access, real_now, found)


async def revoke_of_location(session: AsyncSession, workspace: Workspace, location_id: UUID) -> None:
    """Revoke the pending invitations that are for this location alone, and take it out of those that are for others,
    too. Requires the workspace's lock and scope. Raises `NotFound` or `InvitationNotPending`."""
    location = await find_location(session, workspace.id, location_id)
    if not await end_invitations_to(session, workspace, location, await pending_to(session, location)):
        raise InvitationNotPending(f"No invitation to {location.display_name} is pending.")


async def pending_to(session: AsyncSession, location: Location) -> list[Invitation]:
    """The pending invitations that are for a location, locked."""
    pending = Invitation.workspace_id == location.workspace_id, Invitation.state == InvitationState.pending
    found = select(Invitation).where(*pending, Invitation.location_ids.contains([location.id]))
    return list(await session.scalars(found.order_by(Invitation.id).with_for_update()))


async def end_invitations_to(
    session: AsyncSession, workspace: Workspace, location: Location, pending: Sequence[Invitation]
) -> int:
    """Let pending invitations be for a location no more. Returns how many."""
    for invitation in pending:
        left = [each for each in invitation.location_ids if each != location.id]
        if left:
            invitation.location_ids = left
        else:
            await close_pending(session, workspace, invitation, RevokedBecause.revoked)
    await session.flush()
    return len(pending)
