"""The FastStream router of a service, which registers its event handlers."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from inspect import signature
from typing import Any, TypeVar

import structlog
from faststream.rabbit import RabbitRouter
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import REGISTRY, Actor, Event, Via
from shared.events.reading import read_document, read_envelope, read_one_of
from shared.logs import correlated
from shared.messaging.batches import subscribe
from shared.messaging.listeners import Do, Listener, Work
from shared.outbox import Cause, events_exchange
from shared.scope import acting_in
from shared.telemetry.tracing import continuing

log = structlog.get_logger()

E = TypeVar("E", bound=Event)
Handle = Callable[..., Awaitable[None]]
"""Of a session and an event and, by name, the service's settings."""
HandleMany = Callable[[AsyncSession, Sequence[E]], Awaitable[None]]
HandleAll = Callable[..., Awaitable[None]]
HandleCommand = Callable[[AsyncSession, dict[str, Any]], Awaitable[None]]


class ServiceRouter(RabbitRouter):
    """The listeners of one service. Each decorator registers a `BatchSubscriber` for a plain function of a session and
    an event. `shared.messaging.middlewares` wraps them."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service
        self.listeners: list[Listener] = []

    def on(self, *events: type[E], queue: str | None = None) -> Callable[[Handle], Handle]:
        """Run the function once per event, in the transaction that records the event in the inbox.

        Several events share a named queue where their relative order matters.
        """

        def register(handle: Handle) -> Handle:
            async def do(work: Work, contents: Sequence[E]) -> None:
                for event, trace in zip(contents, work.traceparents, strict=True):
                    with correlated(event.correlation_id), continuing(handle.__name__, trace):
                        work.session.info["cause"] = follow(event, work.now)
                        async with acting_in(work.session, event.workspace_id, event.actor.user_id):
                            await handle(work.session, event, **_named(handle, work))
                        log.info("event.handled", handler=handle.__name__, event_id=str(event.event_id))

            self._listen(handle, queue or events[0].name, events, do)
            return handle

        return register

    def project(self, *events: type[E], queue: str | None = None) -> Callable[[HandleMany[E]], HandleMany[E]]:
        """Like `on`, for a projection: the function gets a batch of events, in order, to write them with one statement.
        No scope is set, because its table belongs to no tenant."""

        def register(handle: HandleMany[E]) -> HandleMany[E]:
            async def do(work: Work, contents: Sequence[E]) -> None:
                work.session.info["cause"] = Cause(Actor(), work.now)
                await handle(work.session, contents)

            self._listen(handle, queue or events[0].name, events, do)
            return handle

        return register

    def everything(self, handle: HandleAll) -> HandleAll:
        """Run the function with batches of all events, including unknown types, as envelopes and bodies."""

        async def do(work: Work, contents: Sequence[Any]) -> None:
            work.session.info["cause"] = Cause(Actor(), work.now)
            await handle(work.session, list(contents), **_named(handle, work))

        publishers = sorted({event.publisher for event in REGISTRY.values()})
        sources = tuple((events_exchange(publisher), "#") for publisher in publishers)
        self._add(handle, Listener(f"{self.service}.on.all", sources, (), read_envelope, do))
        return handle

    def command(self, exchange: str, queue: str) -> Callable[[HandleCommand], HandleCommand]:
        """Run the function for each command in a queue, published by ``shared.outbox.send``."""

        def register(handle: HandleCommand) -> HandleCommand:
            async def do(work: Work, contents: Sequence[Any]) -> None:
                for body, trace in zip(contents, work.traceparents, strict=True):
                    work.session.info["cause"] = Cause(Actor(), work.now)
                    with correlated(str(body.get("correlation_id", ""))), continuing(handle.__name__, trace):
                        await handle(work.session, body)

            self._add(handle, Listener(queue, ((exchange, queue),), (), read_document, do, is_command=True))
            return handle

        return register

    def _listen(self, handle: Callable[..., Any], name: str, events: Sequence[type[Event]], do: Do) -> None:
        sources = tuple((events_exchange(event.publisher), event.name) for event in events)
        read = read_one_of(*events)
        self._add(handle, Listener(f"{self.service}.on.{name}", sources, tuple(events), read, do))

    def _add(self, handle: Callable[..., Any], listener: Listener) -> None:
        self.listeners.append(listener)
        subscribe(self, listener, handle.__name__)


def _named(handle: Callable[..., Any], work: Work) -> dict[str, Any]:
    """The service's settings, for a handler that asks for them by name."""
    return {"settings": work.settings} if "settings" in signature(handle).parameters else {}


def follow(event: Event, now: datetime) -> Cause:
    """The cause of what a handler does: the actor is the system, with the person of the event's actor."""
    actor = event.actor.model_copy(update={"kind": "system", "via": Via.system, "session_id": None})
    return Cause(actor, now, event.correlation_id, event.event_id, event.parent_workspace_id)
