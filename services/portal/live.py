"""Live pages: an event says that something happened in a workspace, and its open pages read their data again.

No event's content reaches a browser: a page asks the services again with its viewer's token, and sends what has
changed. A lost event only delays the update, because a stream also polls every few seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import structlog
from fastapi.responses import StreamingResponse
from faststream.middlewares import AckPolicy
from faststream.rabbit import RabbitBroker, RabbitQueue

from shared.events import Envelope
from shared.messaging.connection import keep_running
from shared.messaging.consumer import make_broker, stop
from shared.messaging.topology import LIVE

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 8.0
GATHER_SECONDS = 0.15
RECONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """One state of a live part of a page. ``html`` is None while a service is down; ``final``: it will not change any
    more, and the stream ends."""

    html: str | None
    final: bool = False


Draw = Callable[[], Awaitable[Drawing]]


class Live:
    """Consumes all events on a queue of this process, and wakes the streams of each event's workspace and subject.
    ``hearing``: what else an event does in this process, by its name."""

    def __init__(self, url: str | None, hearing: Mapping[str, Callable[[Envelope], None]] | None = None) -> None:
        self._url, self._hearing = url, hearing or {}
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def watching(self, watched: str) -> Iterator[asyncio.Event]:
        """An `asyncio.Event` that is set when something happens in a workspace, or to what events are about."""
        happened = asyncio.Event()
        self._waiting[watched].add(happened)
        try:
            yield happened
        finally:
            self._waiting[watched].discard(happened)
            if not self._waiting[watched]:
                del self._waiting[watched]

    def wake(self, watched: str) -> None:
        for happened in self._waiting.get(watched, ()):
            happened.set()

    async def run(self) -> None:
        """Listen until cancelled; FastStream reconnects by itself. Without a broker the streams only poll."""
        if self._url is not None:
            broker = self.listen(make_broker(self._url, "portal"))
            await keep_running(lambda: _keep_up(broker), "live", lambda: RECONNECT_SECONDS)

    def listen(self, broker: RabbitBroker) -> RabbitBroker:
        """Subscribe ``broker`` with a queue that lives as long as its connection."""
        queue = RabbitQueue(f"portal.live.{uuid4()}", durable=False, exclusive=True, auto_delete=True, routing_key="#")
        broker.subscriber(queue, LIVE, ack_policy=AckPolicy.ACK_FIRST, no_reply=True)(self.on_event)
        return broker

    async def on_event(self, envelope: Envelope) -> None:
        self.wake(str(envelope.workspace_id))
        self.wake(str(envelope.subject.id))
        if hear := self._hearing.get(envelope.name):
            hear(envelope)

    def stream(self, watched: str, draw: Draw) -> StreamingResponse:
        """Server-sent events: the result of ``draw`` now, and again whenever it has changed, until it is final."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.messages(watched, draw), media_type="text/event-stream", headers=headers)

    async def messages(self, watched: str, draw: Draw) -> AsyncIterator[str]:
        shown = None
        with self.watching(watched) as happened:
            while True:
                happened.clear()
                drawing = await draw()
                if drawing.html is not None and drawing.html != shown:
                    shown = drawing.html
                    yield message(shown)
                if drawing.final:
                    yield "event: done\ndata: done\n\n"
                    return
                yield ": waiting\n\n"
                await _wait(happened)


async def _keep_up(broker: RabbitBroker) -> None:
    try:
        await broker.start()
        log.info("live.listening")
        await asyncio.Event().wait()
    finally:
        await stop(broker)


async def _wait(happened: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_AGAIN_SECONDS):
            await happened.wait()
    except TimeoutError:
        return
    await asyncio.sleep(GATHER_SECONDS)  # one answer for a burst of events


def message(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
