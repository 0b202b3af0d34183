"""What a workspace's admins set for all of it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_workspace
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe
from shared.auth import Access
from shared.events.identity import WorkspaceUpdated
from shared.outbox import emit


async def change_settings(session: AsyncSession, access: Access, locale: str) -> Workspace:
    """Set the language of mails to the workspace's contacts and of its documents. Where it stays, nothing is said."""
    workspace = await lock_workspace(session, access.workspace_id)
    if workspace.locale == locale:
        return workspace
    workspace.locale = locale
    workspace.version += 1
    event = WorkspaceUpdated(**workspace_fields(workspace), **describe(workspace), subject_version=workspace.version)
    await emit(session, event)
    return workspace
