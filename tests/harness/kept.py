"""Engines and pools that outlive a test. Their connections, and the statements that SQLAlchemy has compiled, serve the
next test, too: to make them anew took half of the time of a test."""

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
from faststream.rabbit import TestRabbitBroker
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import db

MOST_CONNECTIONS = 2
"""What a test with more leaves behind is closed: PostgreSQL has only so many for all test processes."""

_kept: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Any, Any]] = WeakKeyDictionary()


def here() -> dict[Any, Any]:
    """What is kept for the running event loop: it does not work in another one."""
    return _kept.setdefault(asyncio.get_running_loop(), {})


class KeptEngine(AsyncEngine):
    """Its `dispose` leaves idle connections open. One that the server has closed is not used again."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine.sync_engine)
        event.listen(engine.sync_engine, "checkout", _refuse_closed)

    async def dispose(self, close: bool = True) -> None:
        if self.pool.checkedout() or self.pool.checkedin() > MOST_CONNECTIONS:  # type: ignore[attr-defined]
            await super().dispose(close)

    async def renew(self) -> None:
        await super().dispose()

    end = renew


def _refuse_closed(connection: Any, *_: Any) -> None:
    if connection.driver_connection.is_closed():
        raise DisconnectionError("The server has closed it.")  # the pool opens another one


class KeptPool:
    """A pool of asyncpg whose `terminate` leaves idle connections open. Several services of one test may use it."""

    def __init__(self, pool: asyncpg.Pool, forget: Callable[[], object]) -> None:
        self._pool, self._forget = pool, forget
        self.users = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def terminate(self) -> None:
        self.users -= 1
        idle, size = self._pool.get_idle_size(), self._pool.get_size()
        if not self.users and (idle < size or size > MOST_CONNECTIONS):
            self._forget()
            self._pool.terminate()

    async def renew(self) -> None:
        await self._pool.expire_connections()

    async def end(self) -> None:
        self._pool.terminate()


def engine(url: str, connections: int, name: str | None = None) -> AsyncEngine:
    """As `shared.db.make_engine`."""
    key, kept = (KeptEngine, url, connections, name), here()
    if key not in kept:
        kept[key] = KeptEngine(db.make_engine(url, connections, name))
    elif name:
        db.watch_pool(name, kept[key].pool.checkedout, connections)
    found: KeptEngine = kept[key]
    return found


async def pool(url: str, connections: int) -> KeptPool:
    """As `shared.db.make_pool`."""
    key, kept = (KeptPool, url, connections), here()
    if key not in kept:
        kept[key] = KeptPool(await db.make_pool(url, connections), lambda: kept.pop(key))
    found: KeptPool = kept[key]
    found.users += 1
    return found


async def renew(*urls: str) -> None:
    """Use none of the connections to these addresses again: others prepare their statements for changed tables."""
    for key, each in list(here().items()):
        if isinstance(each, KeptEngine | KeptPool) and key[1] in urls:
            await each.renew()


async def end() -> None:
    """Close all connections and stop all brokers of the running event loop, before it ends."""
    for each in here().values():
        if isinstance(each, KeptEngine | KeptPool):
            await each.end()
        elif isinstance(each, TestRabbitBroker):
            await each.__aexit__(None, None, None)
    here().clear()
