"""Whether a workspace lets the admins of its parent in, which its own admins decide (P13, D14)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import end_derived
from services.identity.grants.locks import confirm_access, lock_person, lock_workspace
from services.identity.grants.models import Grant
from services.identity.grants.service import find_link
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.auth import Access
from shared.errors import Conflict
from shared.events import Via
from shared.events.identity import ParentAdminsSwitched
from shared.outbox import emit


class OnlyOwnUsers(Conflict):
    """Only a workspace's own users decide whether the admins of its seller may enter it, not who works there on behalf
    of it."""

    title = "Only for the company's own users"


class NobodyAbove(Conflict):
    """The provider has no seller whose admins could enter."""

    title = "Nobody sells to the provider"


async def switch_parent_admins(session: AsyncSession, access: Access, may_enter: bool) -> Workspace:
    """Let the admins of the parent in, or keep them out. Kept out, their work on behalf ends at once. A link that one
    of them has admits as before. Raises `OnlyOwnUsers` or `NobodyAbove`."""
    if access.via == Via.on_behalf:
        raise OnlyOwnUsers("Only users of this company itself decide whether its seller's admins may enter.")
    workspace = await lock_workspace(session, access.workspace_id)
    if workspace.parent_workspace_id is None:
        raise NobodyAbove("Nobody sells to the provider, so that nobody else may enter.")
    inside = await _inside(session, workspace)
    for user_id in sorted({work.user_id for work in inside}):
        await lock_person(session, user_id)
    await confirm_access(session, access, "user.edit")
    if workspace.parent_admins_enter == may_enter:
        return workspace
    workspace.parent_admins_enter = may_enter
    workspace.version += 1
    await session.flush()
    if not may_enter:
        for work in await _inside(session, workspace):
            if not await _is_under_a_link(session, work):
                await end_derived(session, work, "revoked")
    switched = ParentAdminsSwitched(**workspace_fields(workspace), on=may_enter, subject_version=workspace.version)
    await emit(session, switched)
    return workspace


async def _inside(session: AsyncSession, workspace: Workspace) -> list[Grant]:
    """Who works here on behalf. Nobody begins to while the workspace is locked."""
    here = select(Grant).where(Grant.workspace_id == workspace.id, Grant.source == "on_behalf")
    return list(await session.scalars(here.execution_options(populate_existing=True)))


async def _is_under_a_link(session: AsyncSession, work: Grant) -> bool:
    link = await find_link(session, work.user_id, work.workspace_id)
    return link is not None and (link.role, link.expires_at) == (work.role, work.expires_at)
