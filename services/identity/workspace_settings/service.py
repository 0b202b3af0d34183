"""What a workspace's admins set for all of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.projection import put_name
from services.identity.grants.locks import lock_workspace
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.renaming import give_new_slug
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe
from shared.auth import Access
from shared.errors import Invalid
from shared.events.identity import WorkspaceUpdated
from shared.field_errors import field_error, pointer_of
from shared.outbox import emit

OF_SELLERS = ("support_address", "support_phone", "postal_lines", "support_hours", "emergency_phone", "help_url",
              "status_url", "sales_name", "sales_address", "sales_phone", "asks_entry_reason")  # fmt: skip


async def change_settings(
    session: AsyncSession, access: Access, wanted: Mapping[str, Any], real_now: datetime, *, new_url: bool = False
) -> Workspace:
    """Set what ``wanted`` names, by the names of the workspace's fields. Where nothing changes, nothing is said.
    ``new_url``: also make the slug from the name. Raises `TooManyFormerUrls`, or `Invalid` for what only
    sellers have: a customer sells to nobody."""
    workspace = await lock_workspace(session, access.workspace_id)
    of_a_seller = [name for name in OF_SELLERS if name in wanted]
    if workspace.kind == "customer" and of_a_seller:
        errors = [field_error(pointer_of([name]), "unknown_field", "is not for customers") for name in of_a_seller]
        raise Invalid("Only who has customers has a support and a postal address.", errors=errors)
    await set_fields(session, workspace, wanted, real_now, new_url=new_url)
    return workspace


async def end_setup(session: AsyncSession, workspace_id: UUID, real_now: datetime) -> None:
    """Harmless twice."""
    workspace = await lock_workspace(session, workspace_id)
    workspace.setup_ended_at = workspace.setup_ended_at or real_now


async def set_fields(
    session: AsyncSession, workspace: Workspace, wanted: Mapping[str, Any], real_now: datetime, *, new_url: bool = False
) -> None:
    """Set fields of a workspace that is locked, in its scope, and say so where something changes. Raises
    `TooManyFormerUrls`."""
    before = describe(workspace)
    for name, value in wanted.items():
        setattr(workspace, name, value)
    if new_url:
        await give_new_slug(session, workspace, real_now)
    after = describe(workspace)
    if after != before:
        workspace.version += 1
        await put_name(session, workspace.id, after["display_name"], after["slug"])
        event = WorkspaceUpdated(
            **workspace_fields(workspace),
            **after,
            subject_version=workspace.version,
            previous_display_name=_former(before["display_name"], after["display_name"]),
            previous_slug=_former(before["slug"], after["slug"]),
        )
        await emit(session, event)


def _former(before: str, after: str) -> str | None:
    return before if before != after else None
