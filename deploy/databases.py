"""Connections of commands to PostgreSQL, and queries with more rows than should be in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from shared.db import open_connection

AT_ONCE = 5_000


@asynccontextmanager
async def connected(url: str, **how: Any) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own; keywords as `shared.db.open_connection` takes them."""
    connection = await open_connection(url, timeout=10, **how)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


async def batches(connection: asyncpg.Connection, query: str, *values: object) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows as they were when the first of them was read, `AT_ONCE` at a time."""
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(query, *values)
        while rows := await cursor.fetch(AT_ONCE):
            yield rows
