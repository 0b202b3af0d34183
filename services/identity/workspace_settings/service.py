"""What a workspace's admins set for all of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_workspace
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe
from shared.auth import Access
from shared.errors import Invalid
from shared.events.identity import WorkspaceUpdated
from shared.field_errors import field_error, pointer_of
from shared.outbox import emit

OF_SELLERS = ("support_address", "support_phone", "postal_lines")


async def change_settings(session: AsyncSession, access: Access, wanted: Mapping[str, Any]) -> Workspace:
    """Set what ``wanted`` names, by the names of the workspace's fields. Where nothing changes, nothing is said. Raises
    `Invalid` for the support or postal address of a customer, who sells to nobody."""
    workspace = await lock_workspace(session, access.workspace_id)
    of_a_seller = [name for name in OF_SELLERS if name in wanted]
    if workspace.kind == "customer" and of_a_seller:
        errors = [field_error(pointer_of([name]), "unknown_field", "is not for customers") for name in of_a_seller]
        raise Invalid("Only who has customers has a support and a postal address.", errors=errors)
    changes = {name: value for name, value in wanted.items() if getattr(workspace, name) != value}
    if not changes:
        return workspace
    for name, value in changes.items():
        setattr(workspace, name, value)
    workspace.version += 1
    event = WorkspaceUpdated(**workspace_fields(workspace), **describe(workspace), subject_version=workspace.version)
    await emit(session, event)
    return workspace
