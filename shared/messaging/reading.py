"""Reads one queue, independently of all others."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from aio_pika.abc import AbstractConnection
from aiormq.abc import DeliveredMessage
from aiormq.channel import Channel
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity

from shared.messaging.connection import ConnectionLost, in_time, keep_running, open_channel
from shared.telemetry import metrics

log = structlog.get_logger()

BATCH = 200
"""The maximum number of messages per batch."""
PREFETCH = 2 * BATCH
"""The maximum number of unacknowledged messages per queue: the next batch arrives while one is processed."""
LOOKS = 3
"""How many turns of the event loop a batch waits for more messages, since large ones cost less per message. A single
message, as on a quiet day, waits one turn."""
Connect = Callable[[], Awaitable[AbstractConnection]]
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 5.0


class QueueReader:
    """Processes the messages of a queue in batches, one after the other, while the queue is assigned to this process.

    After a failure it retries with exponential backoff. `silent_since` and `problem` describe the failure.
    """

    def __init__(self, name: str, connect: Connect, settle: Callable[..., Awaitable[object]], here: bool) -> None:
        self.name = name
        self.assigned = asyncio.Event()
        self.assign(here)
        self.silent_since: float | None = time.monotonic()
        self.problem: str | None = None
        self._connect, self._settle = connect, settle
        self._arrived: asyncio.Queue[DeliveredMessage | None] = asyncio.Queue()
        self._failures = 0
        metrics.QUEUE_CONSUMED.labels(name).set(0)

    async def run(self) -> None:
        """Read until cancelled."""
        with structlog.contextvars.bound_contextvars(queue=self.name):
            await keep_running(self._try, "queue", self._pause)

    def assign(self, here: bool) -> None:
        """Set whether this process reads the queue. When it stops, the current batch is finished, and the other
        messages are requeued in order."""
        if here:
            self.assigned.set()
        elif self.assigned.is_set():
            self.assigned.clear()
            self._arrived.put_nowait(None)

    @property
    def not_consumed_for(self) -> float:
        """Seconds since an assigned queue was last consumed, 0 while it is."""
        since = self.silent_since if self.assigned.is_set() else None
        return 0.0 if since is None else time.monotonic() - since

    async def _try(self) -> None:
        try:
            await self._read()
        except Exception as error:
            self._note_failure(error)

    async def _read(self) -> None:
        await self.assigned.wait()
        self._arrived = asyncio.Queue()
        channel = await open_channel(await self._connect())
        try:
            channel.closing.add_done_callback(self._wake)
            channel.on_consumer_cancel_callbacks.add(self._wake)
            await channel.basic_qos(prefetch_count=PREFETCH)
            await channel.basic_consume(self.name, self._arrived.put)
            self._note_success()
            await self._hand_over(channel)
        finally:
            self.silent_since = time.monotonic()
            metrics.QUEUE_CONSUMED.labels(self.name).set(0)
            await in_time(channel.close(), 2)

    async def _hand_over(self, channel: Channel) -> None:
        while True:
            messages = await self._collect()
            if None in messages:
                if not self.assigned.is_set():
                    return
                raise ConnectionLost(f"nobody consumes {self.name} any more") from _reason(channel)
            await self._settle(messages)

    async def _collect(self) -> list[DeliveredMessage | None]:
        messages, looks = [await self._arrived.get()], 0
        while len(messages) < BATCH and looks < (LOOKS if len(messages) > 1 else 1):
            if self._arrived.empty():
                looks += 1
                await asyncio.sleep(0)
            else:
                looks = 0
                messages.append(self._arrived.get_nowait())
        return messages

    def _wake(self, *_: object) -> None:
        self._arrived.put_nowait(None)

    def _pause(self) -> float:
        return min(PAUSE_SECONDS * 2.0**self._failures, LONGEST_PAUSE_SECONDS) * (0.5 + random.random() / 2)

    def _note_success(self) -> None:
        self.silent_since, self._failures = None, 0
        metrics.QUEUE_CONSUMED.labels(self.name).set(1)
        if self.problem is not None:
            log.info("queue.consumed_again")
        self.problem = None

    def _note_failure(self, error: BaseException) -> None:
        self._failures = min(self._failures + 1, 10)
        problem = REMEDIES.get(type(error)) or f"{error!r} {error.__cause__ or ''}"
        if problem != self.problem:  # once, not with every attempt
            log.warning("queue.not_consumed", problem=problem)
        self.problem = problem


REMEDIES: dict[type[BaseException], str] = {
    ChannelNotFoundEntity: "The queue is not there. `portico migrate` makes it.",
    ChannelAccessRefused: "This user may not read the queue. `portico migrate` sets the permissions.",
}


def _reason(channel: Channel) -> BaseException | None:
    with suppress(asyncio.CancelledError, asyncio.InvalidStateError):
        return channel.closing.exception()
    return None
