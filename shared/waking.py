"""Waking jobs: whoever commits work that is due says so, and a worker does it at once instead of at its next look.

What is said is a hint. It is lost while a worker has no connection to hear it on, so jobs look by themselves, too.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import open_connection, run_sql
from shared.messaging.connection import keep_running

CHANNEL = "work"
PAUSE_SECONDS = 1
"""Before it connects again."""
LOOK_SECONDS = 20
"""How often it is looked whether the connection is still one."""


async def wake(session: AsyncSession, work: str) -> None:
    """Wake the jobs that are ``woken_by`` this work, when the session's transaction commits."""
    await run_sql(session, "SELECT pg_notify($1, $2)", CHANNEL, work)


class Waking:
    """Hears what is said in one database, on a connection of its own. `run` continues until cancelled."""

    def __init__(self, database_url: str) -> None:
        self.connected = False
        self._database_url = database_url
        self._woken: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def by(self, work: str) -> asyncio.Event:
        """Is set when there is such work, and whenever some may not have been heard of."""
        return self._woken[work]

    async def run(self) -> None:
        await keep_running(self._listen, "waking", lambda: PAUSE_SECONDS)

    async def _listen(self) -> None:
        ended = asyncio.Event()
        connection = await open_connection(self._database_url, timeout=5, command_timeout=5)
        try:
            connection.add_termination_listener(lambda *_: ended.set())
            await connection.add_listener(CHANNEL, self._hear)
            self.connected = True
            for woken in self._woken.values():  # by what was said before
                woken.set()
            while not ended.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await ended.wait()
                await connection.execute("SELECT 1")  # which fails if it has ended
        finally:
            self.connected = False
            connection.terminate()

    def _hear(self, *heard: Any) -> None:
        self._woken[heard[-1]].set()
