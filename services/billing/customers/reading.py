"""Reading in a customer of the caller: hot reads, without the ORM."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.billing.customers.tree import BELOW, no_such_customer
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE


async def _reads_of_customer(request: Request, workspace_id: UUID) -> ScopedReads:
    """Reads in the customer of the path. Raises `NotFound`."""
    pool, access = request.app.state.runtime.pool, request.state.access
    if await pool.fetchval(BELOW, workspace_id, access.workspace_id) is None:
        raise no_such_customer()
    return ScopedReads(pool, replace(access, workspace_id=workspace_id, scope=EVERYWHERE))


CustomerReader = Annotated[ScopedReads, Depends(_reads_of_customer)]
