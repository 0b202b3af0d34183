"""Connections to the database: engines for SQLAlchemy, pools for hot reads."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any, cast

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import AsyncAdaptedQueuePool, CursorResult
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.logins import log_in
from shared.telemetry.metrics import POOL_IN_USE, POOL_SIZE, POOL_WAITS

Sessions = async_sessionmaker[AsyncSession]


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


async def open_connection(url: str, **options: Any) -> asyncpg.Connection:
    """A connection of asyncpg, with its options, by any password of the address."""
    return await log_in(url, partial(asyncpg.connect, **options), asyncpg.InvalidPasswordError)


def make_engine(url: str, connections: int, name: str | None = None) -> AsyncEngine:
    """An engine for ``postgresql://…``, perhaps with several hosts, that fails fast when the database is unavailable.
    Its errors, which are logged, do not contain parameters, which may be secrets. With a ``name``, its pool is in
    /metrics. The connection that was used last is used next, so that the others of the pool do not come to hold every
    statement of the service prepared."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=partial(open_connection, url, timeout=5, command_timeout=30),
        poolclass=CountingPool, pool_use_lifo=True, pool_logging_name=name, hide_parameters=True,
        pool_size=connections, max_overflow=0, pool_timeout=5,
    )  # fmt: skip
    if name:
        watch_pool(name, lambda: cast(CountingPool, engine.pool).checkedout(), connections)
    return engine


def watch_pool(name: str, in_use: Callable[[], int], size: int) -> None:
    """Export the size and the connections in use of a pool in /metrics."""
    POOL_IN_USE.labels(name).set_function(in_use)
    POOL_SIZE.labels(name).set(size)


def make_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions of one role."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def _keep(connection: asyncpg.Connection) -> None:
    """No reset: every use of a pooled connection is one transaction, and its settings are local to it."""


# Statements of hot reads are written for one plan whatever their values: planning would cost more than the read. They
# read the first rows of an index: a bitmap would find all that match before the first.
_PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan", "enable_bitmapscan": "off"}


async def make_pool(url: str, connections: int, setup: Callable[[Any], Any] | None = None) -> asyncpg.Pool:
    """The pool of the hot reads. Connections are opened on demand; ``setup`` gets each before each use."""
    return await asyncpg.create_pool(
        url, min_size=0, max_size=connections, timeout=5, command_timeout=30, reset=_keep, setup=setup,
        server_settings=_PLANNED_ONCE, connect=cast(Any, open_connection),
    )  # fmt: skip


async def _request_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.runtime.request_transaction(request) as session:
        yield session


# scope="function": the transaction commits before the response is sent.
Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
