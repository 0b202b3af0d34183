"""Work of a seller in one of its customers: the provider in any, directly or through a partner."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.db import run_sql
from shared.errors import NotFound
from shared.events import Via
from shared.outbox import cause_of
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE, acting_in

BELOW = (
    "SELECT c.parent_workspace_id FROM workspace_copies c JOIN workspace_copies p ON p.id = c.parent_workspace_id"
    " WHERE c.id = $1 AND c.kind = 'customer' AND $2 IN (p.id, p.parent_workspace_id)"
)
"""The parent of a customer, if the customer is below a workspace, directly or through a partner."""
DIRECTLY_BELOW = (
    "SELECT parent_workspace_id FROM workspace_copies WHERE id = $1 AND kind = 'customer' AND parent_workspace_id = $2"
)
"""The same, if it is directly below."""


def no_such_customer() -> NotFound:
    return NotFound("There is no such customer.")


def _reads_of(which: str) -> Callable[[Request, UUID], Awaitable[ScopedReads]]:
    async def reads(request: Request, workspace_id: UUID) -> ScopedReads:
        """Reads in the customer of the path. Raises `NotFound`."""
        pool, access = request.app.state.runtime.pool, request.state.access
        if await pool.fetchval(which, workspace_id, access.workspace_id) is None:
            raise no_such_customer()
        return ScopedReads(pool, replace(access, workspace_id=workspace_id, scope=EVERYWHERE))

    return reads


CustomerReader = Annotated[ScopedReads, Depends(_reads_of(BELOW))]
"""Reads of all of a customer, for a seller above it."""
OwnCustomerReader = Annotated[ScopedReads, Depends(_reads_of(DIRECTLY_BELOW))]
"""Reads of all of a customer, for its parent alone."""


@asynccontextmanager
async def acting_for(
    session: AsyncSession, access: Access, workspace_id: UUID, which: str = BELOW
) -> AsyncIterator[None]:
    """Continue the transaction in a customer of the caller. Its events belong to the customer, with the caller as an
    actor of the parent. Raises `NotFound`."""
    parent_id = (await run_sql(session, which, workspace_id, access.workspace_id)).scalar()
    if parent_id is None:
        raise no_such_customer()
    former = cause_of(session)
    actor = access.actor.model_copy(update={"via": Via.parent})
    async with acting_in(session, workspace_id, access.user_id):
        session.info["cause"] = replace(former, actor=actor, parent_workspace_id=parent_id)
        yield
    session.info["cause"] = former
