"""Transactions of requests and events, and row security, the second line of defence between tenants."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import AsyncAdaptedQueuePool, Column, CursorResult, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.telemetry.metrics import POOL_IN_USE, POOL_SIZE, POOL_WAITS

if TYPE_CHECKING:
    from shared.auth.access import Access

NAMES = {kind: f"{kind}_%(table_name)s_%(column_0_N_name)s" for kind in ("ix", "uq", "fk")}
NAMES |= {"pk": "pk_%(table_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}

plumbing = MetaData(naming_convention=NAMES)
"""The tables of every service: outbox, inbox, idempotency keys, copies of grants and workspaces."""


def plumbing_table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, plumbing, *columns, info={"kind": Kind.plumbing})


Sessions = async_sessionmaker[AsyncSession]


class Kind(StrEnum):
    """Who sees the rows of a table. Declared in each table's ``info={"kind": …}``, which a test checks."""

    workspace = "workspace"
    parent_readable = "parent_readable"
    person = "person"
    installation = "installation"
    plumbing = "plumbing"


def _setting(name: str, type_: str) -> str:
    """A setting of the transaction. The sub-select is evaluated once per query, so that an index can be used."""
    return f"(SELECT nullif(current_setting('portico.{name}', true), '')::{type_})"


_IN_SCOPE = {
    Kind.workspace: f"workspace_id = {_setting('workspace', 'uuid')}",
    Kind.parent_readable: f"{_setting('workspace', 'uuid')} IN (workspace_id, parent_workspace_id)",
    Kind.person: f"user_id = {_setting('person', 'uuid')}",
}
_IN_BILL_GROUP = (
    f"({_setting('bill_groups', 'text')} IS NULL OR"
    f" bill_group_id = ANY (string_to_array({_setting('bill_groups', 'text')}, ',')::uuid[]))"
)


def secure(
    service: str, table: str, kind: Kind, *, bill_group: bool = False, worker_writes_across: bool = False,
    privileges: str = "SELECT, INSERT, UPDATE, DELETE",
) -> list[str]:  # fmt: skip
    """The statements that grant privileges on ``table`` and create its policies, for a migration.

    The API role reads and writes only its scope. The worker role, of handlers and jobs, reads all rows but writes only
    its scope, unless ``worker_writes_across``, for tables where one statement serves several workspaces. Tables of kind
    ``installation`` and ``plumbing`` have no tenant and no policies.
    """
    api, worker = f"portico_{service}_api", f"portico_{service}_worker"
    statements = [f"GRANT {privileges} ON {table} TO {api}, {worker}"]
    if kind not in _IN_SCOPE:
        return statements
    scope = _IN_SCOPE[kind]
    seen = f"{scope} AND {_IN_BILL_GROUP}" if bill_group else scope
    written = "true" if worker_writes_across else scope
    return [
        *statements,
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY api_scope ON {table} TO {api} USING ({seen}) WITH CHECK ({seen})",
        f"CREATE POLICY worker_scope ON {table} TO {worker} USING (true) WITH CHECK ({written})",
    ]


_SET_SCOPE = (
    "SELECT set_config('portico.workspace', $1, true), set_config('portico.person', $2, true),"
    " set_config('portico.bill_groups', $3, true)"
)


async def set_scope(
    session: AsyncSession, *, workspace_id: UUID | None = None, user_id: UUID | None = None,
    bill_group_ids: Sequence[UUID] = (),
) -> None:  # fmt: skip
    """Set the scope of the current transaction: one workspace, one person, some bill groups."""
    scope = (str(workspace_id or ""), str(user_id or ""), ",".join(map(str, bill_group_ids)))
    await run_sql(session, _SET_SCOPE, *scope)


async def run_sql(session: AsyncSession, statement: str, *values: object) -> CursorResult[Any]:
    """Run a statement with parameters ``$1``, ``$2`` without compiling it, for the few statements of every
    transaction."""
    return await session.run_sync(lambda found: found.connection().exec_driver_sql(statement, values))


class CountingPool(AsyncAdaptedQueuePool):
    """Counts how often a checkout had to wait for a connection."""

    def _do_get(self) -> Any:
        if self.checkedout() >= self.size():
            POOL_WAITS.labels(self.logging_name or "").inc()
        return super()._do_get()


def make_engine(url: str, connections: int, name: str | None = None) -> AsyncEngine:
    """An engine for ``postgresql://…`` that fails fast when the database is unavailable. Its errors, which are logged,
    do not contain parameters, which may be secrets. With a ``name``, its pool is in /metrics."""
    engine = create_async_engine(
        url.replace("://", "+asyncpg://", 1), connect_args={"timeout": 5, "command_timeout": 30}, hide_parameters=True,
        poolclass=CountingPool, pool_logging_name=name, pool_size=connections, max_overflow=0, pool_timeout=5,
    )  # fmt: skip
    if name:
        watch_pool(name, lambda: cast(CountingPool, engine.pool).checkedout(), connections)
    return engine


def watch_pool(name: str, in_use: Callable[[], int], size: int) -> None:
    """Export the size and the connections in use of a pool in /metrics."""
    POOL_IN_USE.labels(name).set_function(in_use)
    POOL_SIZE.labels(name).set(size)


def make_sessions(engine: AsyncEngine, settings: object = None) -> Sessions:
    """Sessions of one role. ``session.info["settings"]`` has the service's settings, for handlers."""
    return async_sessionmaker(engine, expire_on_commit=False, info={"settings": settings})


async def _keep(connection: asyncpg.Connection) -> None:
    """No reset: every use of a pooled connection is one transaction, and its settings are local to it."""


async def make_pool(url: str, connections: int) -> asyncpg.Pool:
    """The pool of the hot reads. Connections are opened on demand."""
    return await asyncpg.create_pool(url, min_size=0, max_size=connections, timeout=5, command_timeout=30, reset=_keep)


@dataclass(frozen=True, slots=True)
class ScopedReads:
    """Fast reads in the scope of ``access``, without the ORM. Each is one round trip, after which the scope ends.
    Read-only, because the query is a sub-select."""

    pool: asyncpg.Pool
    access: "Access"

    async def fetch(self, query: str, *values: object) -> list[Any]:
        groups = ",".join(map(str, self.access.bill_group_ids))
        scope = (str(self.access.workspace_id), str(self.access.user_id), groups)
        return await self.pool.fetch(in_scope(query, len(values)), *values, *scope)

    async def fetchrow(self, query: str, *values: object) -> Any:
        """The first row, or None."""
        return next(iter(await self.fetch(query, *values)), None)


@lru_cache(maxsize=500)
def in_scope(query: str, count: int) -> str:
    """One statement that sets the scope and runs ``query``, which has ``count`` parameters.

    LATERAL makes the query run after the scope is set. OFFSET 0 prevents the planner from reordering them; if it did,
    no row would be visible.
    """
    names = enumerate(("workspace", "person", "bill_groups"), count + 1)
    settings = ", ".join(f"set_config('portico.{name}', ${number}, true)" for number, name in names)
    return (  # constants and the numbers of parameters
        f"WITH scope AS MATERIALIZED (SELECT concat({settings}) IS NOT NULL AS is_set) SELECT found.*"  # noqa: S608
        f" FROM scope CROSS JOIN LATERAL (SELECT * FROM ({query}) AS page WHERE scope.is_set OFFSET 0) AS found"
    )


async def _request_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.runtime.request_transaction(request) as session:
        yield session


async def _request_reads(request: Request) -> ScopedReads:
    return ScopedReads(request.app.state.runtime.pool, request.state.access)


# scope="function": the transaction commits before the response is sent.
Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
Reader = Annotated[ScopedReads, Depends(_request_reads)]
