"""Engines and pools that outlive a test. Their connections, and the statements that SQLAlchemy has compiled, serve the
next test, too: to make them anew took half of the time of a test."""

from collections.abc import Callable
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import db

MOST_CONNECTIONS = 2
"""What a test with more leaves behind is closed: PostgreSQL has only so many for all test processes."""

_engines: dict[tuple[str, int, str | None], "KeptEngine"] = {}
_pools: dict[tuple[str, int], "KeptPool"] = {}


class KeptEngine(AsyncEngine):
    """Its `dispose` leaves idle connections open. One that the server has closed is not used again."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine.sync_engine)
        event.listen(engine.sync_engine, "checkout", _refuse_closed)

    async def dispose(self, close: bool = True) -> None:
        if self.pool.checkedout() or self.pool.checkedin() > MOST_CONNECTIONS:  # type: ignore[attr-defined]
            await super().dispose(close)

    async def end(self) -> None:
        await super().dispose()


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


def engine(url: str, connections: int, name: str | None = None) -> AsyncEngine:
    """As `shared.db.make_engine`."""
    key = (url, connections, name)
    if key not in _engines:
        _engines[key] = KeptEngine(db.make_engine(url, connections, name))
    elif name:
        found = _engines[key]
        db.watch_pool(name, found.pool.checkedout, connections)  # type: ignore[attr-defined]
    return _engines[key]


async def pool(url: str, connections: int) -> KeptPool:
    """As `shared.db.make_pool`."""
    key = (url, connections)
    if key not in _pools:
        _pools[key] = KeptPool(await db.make_pool(url, connections), lambda: _pools.pop(key))
    _pools[key].users += 1
    return _pools[key]


async def renew(*urls: str) -> None:
    """Use none of the connections to these addresses again: others prepare their statements for changed tables."""
    for key, each in list(_engines.items()):
        if key[0] in urls:
            await each.end()
    for place, kept in list(_pools.items()):
        if place[0] in urls:
            await kept.expire_connections()
