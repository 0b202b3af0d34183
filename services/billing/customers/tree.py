"""Customers of the caller, and work in one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.copies import workspaces
from shared.errors import NotFound
from shared.events import Via
from shared.outbox import cause_of
from shared.scope import acting_in


async def find_customer(session: AsyncSession, access: Access, workspace_id: UUID) -> None:
    """Raises `NotFound` unless it is a customer below the caller's workspace, directly or through a partner."""
    parent = workspaces.alias()
    below = select(workspaces.c.id).join(parent, parent.c.id == workspaces.c.parent_workspace_id)
    mine = (parent.c.id == access.workspace_id) | (parent.c.parent_workspace_id == access.workspace_id)
    found = below.where(workspaces.c.id == workspace_id, workspaces.c.kind == "customer", mine)
    if await session.scalar(found) is None:
        raise NotFound("There is no such customer.")


@asynccontextmanager
async def acting_for(session: AsyncSession, access: Access, workspace_id: UUID) -> AsyncIterator[None]:
    """Continue the transaction in a customer of the caller. Its events belong to the customer, with the caller as an
    actor of the parent. Raises `NotFound`."""
    await find_customer(session, access, workspace_id)
    former = cause_of(session)
    actor = access.actor.model_copy(update={"via": Via.parent})
    async with acting_in(session, workspace_id, access.user_id):
        session.info["cause"] = replace(former, actor=actor, parent_workspace_id=access.workspace_id)
        yield
    session.info["cause"] = former
