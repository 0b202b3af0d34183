"""The workspace of an event, and the scope and actor of a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.workspaces.models import Workspace
from shared.auth import Access
from shared.events import Actor, Via
from shared.outbox import cause_of
from shared.scope import acting_in


class WorkspaceFields(TypedDict):
    workspace_id: UUID
    parent_workspace_id: UUID | None


def workspace_fields(workspace: Workspace) -> WorkspaceFields:
    """The envelope fields of an event: it belongs to the workspace whose state changed, which may not be the
    actor's."""
    return {"workspace_id": workspace.id, "parent_workspace_id": workspace.parent_workspace_id}


def set_actor(session: AsyncSession, actor: Actor) -> None:
    """Set the actor of the transaction's events from here on."""
    session.info["cause"] = replace(cause_of(session), actor=actor)


@asynccontextmanager
async def acting_for(
    session: AsyncSession, access: Access, child: Workspace, via: Via = Via.parent
) -> AsyncIterator[None]:
    """Continue the transaction in a child workspace, which the caller has looked up by `find_child`. Row security then
    allows writes only there, and its events carry ``via``."""
    former = cause_of(session).actor
    async with acting_in(session, child.id, access.user_id):
        set_actor(session, access.actor.model_copy(update={"via": via}))
        yield
    set_actor(session, former)
