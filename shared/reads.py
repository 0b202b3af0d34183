"""Hot reads: plain SQL in the scope of a request, without the ORM."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request

from shared.auth import Access
from shared.auth.access import AccessChecker
from shared.db import Sessions
from shared.scope import settings_of


@dataclass(frozen=True, slots=True)
class ScopedReads:
    """Fast reads in the scope of ``access``. Each is one round trip, after which the scope ends. Read-only, because the
    query is a sub-select."""

    pool: asyncpg.Pool
    access: Access

    async def fetch(self, query: str, *values: object) -> list[Any]:
        scope = settings_of(self.access.workspace_id, self.access.user_id, self.access.scope)
        return await self.pool.fetch(in_scope(query, len(values)), *values, *scope)

    async def fetchrow(self, query: str, *values: object) -> Any:
        """The first row, or None."""
        return next(iter(await self.fetch(query, *values)), None)


@dataclass(frozen=True, slots=True)
class AbsentReads:
    """Reads for people who asked for work and are not there while a job does it."""

    pool: asyncpg.Pool
    checker: AccessChecker

    async def of(self, access: Access, narrow: Callable[[Access], Access]) -> ScopedReads:
        """Reads with the rights that the person has now. ``narrow`` chooses the permission, and so the scope. Raises
        `Unauthenticated` if work on behalf is over, `Forbidden` if the permission is gone."""
        return ScopedReads(self.pool, narrow(await self.checker.again(access, self.pool)))


@lru_cache(maxsize=500)
def in_scope(query: str, count: int) -> str:
    """`scoped`, by three more parameters than the ``count`` of ``query``."""
    workspace, person, within = (f"${number}" for number in range(count + 1, count + 4))
    return scoped(query, workspace, person, within)


def scoped(query: str, workspace: str, person: str, within: str) -> str:
    """One statement that sets the scope, by these SQL expressions, and runs ``query``.

    LATERAL makes the query run after the scope is set. OFFSET 0 prevents the planner from reordering them; if it did,
    no row would be visible.
    """
    values = {"workspace": workspace, "person": person, "within": within}
    settings = ", ".join(f"set_config('portico.{name}', {value}, true)" for name, value in values.items())
    return (  # constants and the numbers of parameters
        f"WITH scope AS MATERIALIZED (SELECT concat({settings}) IS NOT NULL AS is_set) SELECT found.*"  # noqa: S608
        f" FROM scope CROSS JOIN LATERAL (SELECT * FROM ({query}) AS page WHERE scope.is_set OFFSET 0) AS found"
    )


async def _request_reads(request: Request) -> ScopedReads:
    return ScopedReads(request.app.state.runtime.pool, request.state.access)


async def _pool(request: Request) -> asyncpg.Pool:
    found: asyncpg.Pool = request.app.state.runtime.pool
    return found


async def _transactions(request: Request) -> Sessions:
    found: Sessions = request.app.state.runtime.sessions
    return found


Reader = Annotated[ScopedReads, Depends(_request_reads)]
Pool = Annotated[asyncpg.Pool, Depends(_pool)]
"""For a hot read that sets its own scope."""
Transactions = Annotated[Sessions, Depends(_transactions)]
"""For an endpoint that rarely writes, and reads without a transaction."""
