"""One transaction for each request and each event, and the row security that is the second guard of every tenant."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

if TYPE_CHECKING:
    from shared.auth.access import Access

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

plumbing = MetaData(naming_convention=NAMES)
"""The tables that every service has: outbox, inbox, idempotency keys, copies of grants and workspaces."""

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
    service: str,
    table: str,
    kind: Kind,
    *,
    bill_group: bool = False,
    worker_writes_across: bool = False,
    privileges: str = "SELECT, INSERT, UPDATE, DELETE",
) -> list[str]:
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


_SET_SCOPE = text(
    "SELECT set_config('portico.workspace', :workspace, true), set_config('portico.person', :person, true),"
    " set_config('portico.bill_groups', :bill_groups, true)"
)


async def set_scope(
    session: AsyncSession,
    *,
    workspace_id: UUID | None = None,
    user_id: UUID | None = None,
    bill_group_ids: Sequence[UUID] = (),
) -> None:
    """Narrow the current transaction to one workspace and one person; what is not given is in no scope."""
    await session.execute(
        _SET_SCOPE,
        {
            "workspace": str(workspace_id or ""),
            "person": str(user_id or ""),
            "bill_groups": ",".join(map(str, bill_group_ids)),
        },
    )


def make_engine(url: str, connections: int) -> AsyncEngine:
    """An engine for ``postgresql://…``, which fails fast when the database is gone."""
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=5,
        connect_args={"timeout": 5, "command_timeout": 30},
    )


def make_sessions(engine: AsyncEngine, settings: object = None) -> Sessions:
    """Sessions of one role. Each has the service's settings as ``session.info["settings"]``, for its handlers."""
    return async_sessionmaker(engine, expire_on_commit=False, info={"settings": settings})


async def _keep(connection: asyncpg.Connection) -> None:
    """Every use of a pooled connection is one transaction with local settings: there is nothing to reset."""


async def make_pool(url: str, connections: int) -> asyncpg.Pool:
    """The pool of the hot reads. It opens no connection before the first one."""
    return await asyncpg.create_pool(url, min_size=0, max_size=connections, timeout=5, command_timeout=30, reset=_keep)


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    """A read-only transaction in the caller's scope, without the ORM: for lists that must be quick."""

    connection: "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

    async def fetch(self, query: str, *values: object) -> list[Any]:
        return await self.connection.fetch(query, *values)

    async def fetchrow(self, query: str, *values: object) -> Any:
        return await self.connection.fetchrow(query, *values)


@asynccontextmanager
async def reading(pool: asyncpg.Pool, access: "Access") -> AsyncIterator[ReadTransaction]:
    """`ReadTransaction` in the scope of ``access``. The values are UUIDs, so that they may stand in the statement
    itself: opening the transaction and setting its scope is one round trip."""
    groups = ",".join(map(str, access.bill_group_ids))
    begin = (
        f"BEGIN READ ONLY; SELECT set_config('portico.workspace', '{access.workspace_id}', true),"
        f" set_config('portico.person', '{access.user_id}', true), set_config('portico.bill_groups', '{groups}', true)"
    )
    async with pool.acquire() as connection:
        await connection.execute(begin)
        try:
            yield ReadTransaction(connection)
        finally:
            await connection.execute("ROLLBACK")


async def _request_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.runtime.request_transaction(request) as session:
        yield session


async def _request_reader(request: Request) -> AsyncIterator[ReadTransaction]:
    async with reading(request.app.state.runtime.pool, request.state.access) as reader:
        yield reader


# scope="function": the commit comes before the response, so that a 201 is never a lie.
Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
Reader = Annotated[ReadTransaction, Depends(_request_reader, scope="function")]
