"""The people of locations: how they leave."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_person, lock_workspace
from services.identity.grants.models import OF_LOCATION, Grant
from services.identity.grants.service import find_membership, revoke_grant
from services.identity.invitations.accepting import is_on_file
from services.identity.location_invitations.service import end_invitations_to, pending_to
from services.identity.locations.models import Location
from services.identity.people.models import User
from services.identity.people.service import actor_of
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import set_actor
from shared.auth import Access
from shared.errors import NotFound
from shared.scope import acting_in


async def remove_person(session: AsyncSession, workspace: Workspace, location_id: UUID, user_id: UUID) -> None:
    """Take a location from a person. Requires the locks of the workspace and of the person. Raises `NotFound`."""
    if not await _revoke(session, workspace, Grant.user_id == user_id, Grant.location_id == location_id):
        raise NotFound("There is no such person.")


async def leave_locations(session: AsyncSession, access: Access, workspace_id: UUID) -> bool:
    """Let the caller leave all locations of a workspace of which they are no user. Returns whether there were any."""
    async with acting_in(session, workspace_id, access.user_id):
        mine = Grant.user_id == access.user_id, Grant.workspace_id == workspace_id, Grant.source == OF_LOCATION
        if await find_membership(session, access.user_id, workspace_id):
            return False
        if await session.scalar(select(Grant.id).where(*mine).limit(1)) is None:
            return False
        workspace = await lock_workspace(session, workspace_id)
        user: User = await lock_person(session, access.user_id)
        set_actor(session, actor_of(user))
        return await _revoke(session, workspace, Grant.user_id == user.id) > 0


async def settle_location(session: AsyncSession, workspace_id: UUID, location_id: UUID) -> None:
    """End what does not fit a location any more: invitations to a former address; if it is closed all, and the access
    of its people. Requires the workspace's scope."""
    workspace = await lock_workspace(session, workspace_id)
    location = await session.get_one(Location, location_id, populate_existing=True)
    if location.is_closed:
        await _let_people_go(session, workspace, location)
    pending = await pending_to(session, location)
    outdated = [each for each in pending if location.is_closed or (each.on_file and not is_on_file(location, each))]
    await end_invitations_to(session, workspace, location, outdated)
    same = Location.id == location.id, Location.version == location.version  # newer news may have come
    await session.execute(update(Location).where(*same).values(to_settle=False))


async def _let_people_go(session: AsyncSession, workspace: Workspace, location: Location) -> None:
    there = Grant.location_id == location.id, Grant.workspace_id == workspace.id
    people = select(Grant.user_id).where(*there).distinct().order_by(Grant.user_id)
    for user_id in list(await session.scalars(people)):
        await lock_person(session, user_id)
    await _revoke(session, workspace, Grant.location_id == location.id)


async def _revoke(session: AsyncSession, workspace: Workspace, *which: ColumnElement[bool]) -> int:
    """Revoke grants of locations. Whoever has nothing else left is signed out by the next page."""
    here = Grant.workspace_id == workspace.id, Grant.source == OF_LOCATION
    found = select(Grant).where(*here, *which).order_by(Grant.user_id, Grant.id)
    grants = list(await session.scalars(found.execution_options(populate_existing=True)))
    for grant in grants:
        await revoke_grant(session, grant, workspace)
    return len(grants)
