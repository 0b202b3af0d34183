"""Assigns the partitions of a service's queues to its live workers."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Column, DateTime, Uuid, func, text

from shared.db import Sessions
from shared.messaging.batches import BatchSubscriber
from shared.tables import plumbing_table

log = structlog.get_logger()

SEEN_EVERY_SECONDS = 1.0
GONE_AFTER_SECONDS = 5.0

workers = plumbing_table(
    "workers",
    Column("id", Uuid, primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    api="",
    worker="select insert update delete",
)

_SEEN = text("""
WITH seen AS (INSERT INTO workers (id) VALUES (:id) ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()),
gone AS (DELETE FROM workers WHERE seen_at < clock_timestamp() - make_interval(secs => :gone) AND id <> :id)
SELECT id FROM workers WHERE seen_at >= clock_timestamp() - make_interval(secs => :gone) UNION SELECT :id ORDER BY 1
""")
_LEFT = text("DELETE FROM workers WHERE id = :id")


class Sharing:
    """Assigns each partition to one live worker. The assignment need not be exclusive: the broker allows one active
    consumer per queue, so that two workers with the same partition do not break its order."""

    def __init__(self, sessions: Sessions, subscribers: Sequence[BatchSubscriber]) -> None:
        self.id: UUID = uuid4()
        self._sessions = sessions
        self._shared = [each for each in subscribers if len(each.readers) > 1]

    async def run(self) -> None:
        """Refresh the assignment until cancelled, then deregister. While the database is unavailable, it does not
        change."""
        if not self._shared:
            return
        try:
            while True:
                try:
                    self.assign(await self.living())
                except Exception as error:
                    log.warning("workers.not_counted", error=repr(error))
                await asyncio.sleep(SEEN_EVERY_SECONDS)
        finally:
            with suppress(Exception):  # then the others notice in some seconds
                async with asyncio.timeout(2), self._sessions.begin() as session:
                    await session.execute(_LEFT, {"id": self.id})

    async def living(self) -> list[UUID]:
        async with self._sessions.begin() as session:
            found = await session.execute(_SEEN, {"id": self.id, "gone": GONE_AFTER_SECONDS})
            return list(found.scalars())

    def assign(self, living: Sequence[UUID]) -> None:
        """Assign the partitions round-robin to the live workers, starting with a different one per listener."""
        mine = living.index(self.id)
        for turn, subscriber in enumerate(self._shared):
            for number, reader in enumerate(subscriber.readers):
                reader.assign((number + turn) % len(living) == mine)
