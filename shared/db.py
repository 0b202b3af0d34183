"""One transaction for each request and each event, and the row security that is the second guard of every tenant."""

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
"""The tables that every service has: outbox, inbox, idempotency keys, copies of grants and workspaces."""


def plumbing_table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, plumbing, *columns, info={"kind": Kind.plumbing})


Sessions = async_sessionmaker[AsyncSession]


class Kind(StrEnum):
    """Whose rows a table holds. Each table says it in ``info={"kind": …}``; a test lists those that do not."""

    workspace = "workspace"
    parent_readable = "parent_readable"
    person = "person"
    installation = "installation"
    plumbing = "plumbing"


def _setting(name: str, type_: str) -> str:
    """A setting of the current transaction. As a sub-select it is read once a query, so that an index serves it."""
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
    """The statements of a migration that give ``table`` its privileges and policies.

    The API role sees and writes its scope only. The worker role, which handlers and jobs use, sees all rows, but
    writes none outside the scope it has set, unless ``worker_writes_across`` says that one statement of it serves many
    workspaces. Tables of the installation and of the plumbing have no tenant.
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
    """Narrow the current transaction to one workspace and one person; what is not given is in no scope."""
    scope = (str(workspace_id or ""), str(user_id or ""), ",".join(map(str, bill_group_ids)))
    await run_sql(session, _SET_SCOPE, *scope)


async def run_sql(session: AsyncSession, statement: str, *values: object) -> CursorResult[Any]:
    """Run a statement as it stands, with ``$1``, ``$2`` for the values: for the few that are a part of every
    transaction, which would otherwise be compiled each time."""
    connection = await session.connection()
    return await connection.exec_driver_sql(statement, values)


class CountingPool(AsyncAdaptedQueuePool):
    """Counts how often somebody had to wait for a connection."""

    def _do_get(self) -> Any:
        if self.checkedout() >= self.size():
            POOL_WAITS.labels(self.logging_name or "").inc()
        return super()._do_get()


def make_engine(url: str, connections: int, name: str | None = None) -> AsyncEngine:
    """An engine for ``postgresql://…``, which fails fast when the database is gone. /metrics tells of its
    pool under ``name``, if it has one."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), connect_args={"timeout": 5, "command_timeout": 30},
        poolclass=CountingPool, pool_logging_name=name, pool_size=connections, max_overflow=0, pool_timeout=5,
    )  # fmt: skip
    if name:
        watch_pool(name, lambda: cast(CountingPool, engine.pool).checkedout(), connections)
    return engine


def watch_pool(name: str, in_use: Callable[[], int], size: int) -> None:
    """Let every scrape of /metrics read how many of ``size`` connections are in use."""
    POOL_IN_USE.labels(name).set_function(in_use)
    POOL_SIZE.labels(name).set(size)


def make_sessions(engine: AsyncEngine, settings: object = None) -> Sessions:
    """Sessions of one role. Each has the service's settings as ``session.info["settings"]``, for its handlers."""
    return async_sessionmaker(engine, expire_on_commit=False, info={"settings": settings})


async def _keep(connection: asyncpg.Connection) -> None:
    """Every use of a pooled connection is one transaction, and settings are local to it: there is nothing to reset."""


async def make_pool(url: str, connections: int) -> asyncpg.Pool:
    """The pool of the hot reads. It opens no connection before the first one."""
    return await asyncpg.create_pool(url, min_size=0, max_size=connections, timeout=5, command_timeout=30, reset=_keep)


@dataclass(frozen=True, slots=True)
class ScopedReads:
    """Reads in the scope of ``access``, without the ORM: for lists that must be quick. Each is one round trip, and the
    scope ends with it. It can only read: nothing that writes may stand in a sub-select."""

    pool: asyncpg.Pool
    access: "Access"

    async def fetch(self, query: str, *values: object) -> list[Any]:
        groups = ",".join(map(str, self.access.bill_group_ids))
        scope = (str(self.access.workspace_id), str(self.access.user_id), groups)
        return await self.pool.fetch(in_scope(query, len(values)), *values, *scope)

    async def fetchrow(self, query: str, *values: object) -> Any:
        """The first row, or None."""
        rows = await self.fetch(query, *values)
        return rows[0] if rows else None


@lru_cache(maxsize=500)
def in_scope(query: str, count: int) -> str:
    """``query``, which takes ``count`` values, and the setting of its scope as one statement.

    What is LATERAL runs after what it refers to: the scope is set before the first row is looked for. OFFSET 0 keeps
    the planner from taking the two apart, and if it did, there would be no row to see.
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


# scope="function": the commit comes before the response, so that a 201 is never a lie.
Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
Reader = Annotated[ScopedReads, Depends(_request_reads)]
