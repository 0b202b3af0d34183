"""Workspaces of which other services know more than identity, as after databases were restored from different moments:
for `portico mend`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.models import CustomerOverview
from services.identity.grants.locks import lock_workspace
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe, inserted
from services.identity.workspaces.slugs import with_suffix
from shared.events.identity import WorkspaceCreated, WorkspaceUpdated
from shared.outbox import emit
from shared.scope import acting_in

TOLD = ("locale", "support_address", "support_phone", "support_hours", "help_url")
"""What a copy has beside its names, and the workspace gets back."""
FURTHEST = 1_000_000
"""How far account numbers are moved on at most."""

_PARENT = text(
    "SELECT workspace_id FROM workspaces WHERE workspace_id = :id OR kind = 'provider' ORDER BY kind LIMIT 1"
)


async def adopt(session: AsyncSession, copy: Mapping[str, Any], now: datetime) -> Workspace:
    """Take a workspace back that identity does not know, as a service's copy describes it: with its name, and with its
    number, which nobody else gets then. Nobody has access to it: it is Not Connected, and its seller invites somebody.

    Its parent is that of the copy, or the provider if identity does not know that one either.
    """
    parent_id: UUID | None = await session.scalar(_PARENT, {"id": copy["parent_workspace_id"]})
    workspace = Workspace(
        id=copy["id"], parent_workspace_id=parent_id, kind=copy["kind"], display_name=copy["display_name"],
        created_at=now, version=copy["version"] + 1, postal_lines=list(copy["postal_lines"]),
        **{name: copy[name] for name in TOLD},
    )  # fmt: skip
    workspace.account_number = await _number(session, copy["account_number"])
    workspace.slug = copy["slug"]
    async with acting_in(session, workspace.id):
        while not await inserted(session, workspace):
            workspace.slug = with_suffix(copy["slug"])
        named = {name: getattr(workspace, name) for name in ("slug", "display_name", "account_number", "kind")}
        session.add(CustomerOverview(workspace_id=workspace.id, parent_workspace_id=parent_id, **named))
        await session.flush()
        said = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
        await emit(session, WorkspaceCreated(**said))
    return workspace


async def _number(session: AsyncSession, wanted: str) -> str:
    """The workspace's own account number, and none below it is given any more. Another one if somebody has it."""
    next_ = text("SELECT max(nextval('account_numbers')) FROM generate_series(1, CAST(:count AS integer))")
    reached = int(await session.scalar(next_, {"count": 1}) or 0)
    number = int(wanted.removeprefix("AC-"))
    if await session.scalar(select(Workspace.id).where(Workspace.account_number == wanted)):
        return f"AC-{reached}"
    if number > reached:
        await session.execute(next_, {"count": min(number - reached, FURTHEST)})
    return wanted


async def say_again(session: AsyncSession, workspace_id: UUID, newer_than: int) -> None:
    """Tell every service what a workspace is, under a version above that of any copy: identity's word counts."""
    async with acting_in(session, workspace_id):
        workspace = await lock_workspace(session, workspace_id)
        workspace.version = max(workspace.version, newer_than) + 1
        said = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
        await emit(session, WorkspaceUpdated(**said))
        await session.flush()
