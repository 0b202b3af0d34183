"""Work of a seller in one of its customers: the provider in any, directly or through a partner."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.db import run_sql
from shared.errors import NotFound
from shared.events import Via
from shared.outbox import cause_of
from shared.scope import acting_in

BELOW = (
    "SELECT c.parent_workspace_id FROM workspace_copies c JOIN workspace_copies p ON p.id = c.parent_workspace_id"
    " WHERE c.id = $1 AND c.kind = 'customer' AND $2 IN (p.id, p.parent_workspace_id)"
)
"""The parent of a customer, if the customer is below a workspace, directly or through a partner."""


def no_such_customer() -> NotFound:
    return NotFound("There is no such customer.")


@asynccontextmanager
async def acting_for(session: AsyncSession, access: Access, workspace_id: UUID) -> AsyncIterator[None]:
    """Continue the transaction in a customer of the caller. Its events belong to the customer, with the caller as an
    actor of the parent. Raises `NotFound`."""
    parent_id = (await run_sql(session, BELOW, workspace_id, access.workspace_id)).scalar()
    if parent_id is None:
        raise no_such_customer()
    former = cause_of(session)
    actor = access.actor.model_copy(update={"via": Via.parent})
    async with acting_in(session, workspace_id, access.user_id):
        session.info["cause"] = replace(former, actor=actor, parent_workspace_id=parent_id)
        yield
    session.info["cause"] = former
