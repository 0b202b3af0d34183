"""Where a link to a page of some workspace leads its reader."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.destinations.schemas import DestinationRead
from services.identity.grants.models import Grant
from services.identity.grants.service import find_link, memberships_of
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.renaming import called
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import Access
from shared.auth.permissions import settle
from shared.errors import NotFound
from shared.scope import acting_in


async def find_destination(session: AsyncSession, access: Access, slug: str) -> DestinationRead:
    """The workspace of that name, if the person is a user of it or may work on behalf of it, wherever their session
    acts now. Raises `NotFound` for every other, as for one that does not exist."""
    async with acting_in(session, None, access.user_id):
        memberships = await memberships_of(session, access.user_id)
        own = await session.scalar(select(Workspace).where(called(slug)))
        homes = [await session.get_one(Workspace, each.workspace_id) for each in memberships]
    if own is not None:
        here = WorkspaceRead.model_validate(own)
        return DestinationRead(workspace=here, way="own", home_workspace=here)
    for grant, home in zip(memberships, homes, strict=True):
        async with acting_in(session, home.id, access.user_id):
            child = await _enterable(session, grant, home, slug)
        if child is not None:
            there = WorkspaceRead.model_validate(child)
            return DestinationRead(workspace=there, way="on_behalf", home_workspace=WorkspaceRead.model_validate(home))
    raise NotFound("There is no such workspace, or you may not open it.")


async def _enterable(session: AsyncSession, grant: Grant, home: Workspace, slug: str) -> Workspace | None:
    """The connected workspace of that name below ``home``, if the grant or a link lets the person work on behalf of
    it (P3, P25)."""
    level = settle("customer.enter", grant.as_role(), home.kind, home.holder_control)
    if level is None:
        return None
    below = called(slug), Workspace.parent_workspace_id == home.id, Workspace.connected_at.is_not(None)
    child = await session.scalar(select(Workspace).where(*below))
    if child is None or (level == "all" and child.parent_admins_enter):
        return child
    return child if await find_link(session, grant.user_id, child.id) is not None else None
