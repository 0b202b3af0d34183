"""Whose log an event is filed in, and by which door its actor came."""

from dataclasses import replace
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.workspaces.models import Workspace
from shared.auth import Access
from shared.db import set_scope
from shared.events import Actor, Via
from shared.outbox import cause_of


class Filing(TypedDict):
    workspace_id: UUID
    parent_workspace_id: UUID | None


def filed_in(workspace: Workspace) -> Filing:
    """An event is filed where the state changed, which is not always where its actor works."""
    return {"workspace_id": workspace.id, "parent_workspace_id": workspace.parent_workspace_id}


def act_as(session: AsyncSession, actor: Actor) -> None:
    """From here on the transaction is the deed of ``actor``."""
    session.info["cause"] = replace(cause_of(session), actor=actor)


async def step_into(session: AsyncSession, access: Access, child: Workspace, via: Via = Via.parent) -> None:
    """Work on in a workspace below the caller's, which `find_child` has found to be one: row security lets nothing be
    written outside it, and what happens there carries ``via``."""
    await set_scope(session, workspace_id=child.id, user_id=access.user_id)
    act_as(session, access.actor.model_copy(update={"via": via}))
