"""Which events a service listens to, and what it does then."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import set_scope
from shared.errors import Permanent
from shared.events import REGISTRY, Actor, Envelope, Event, Via
from shared.outbox import Cause

E = TypeVar("E", bound=Event)
Handle = Callable[[AsyncSession, E], Awaitable[None]]
HandleMany = Callable[[AsyncSession, Sequence[E]], Awaitable[None]]
HandleAll = Callable[[AsyncSession, list[tuple[Envelope, dict[str, Any]]]], Awaitable[None]]
HandleCommand = Callable[[AsyncSession, dict[str, Any]], Awaitable[None]]
Do = Callable[[AsyncSession, Sequence[Any], datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, read: its id, which is the event's, and what is in it."""

    id: UUID
    content: Any


@dataclass(frozen=True)
class Listener:
    """A queue and what happens with its messages. ``do`` gets those that are new, within one transaction, and the
    business time."""

    queue: str
    keys: tuple[str, ...]
    read: Callable[[bytes], Any]
    do: Do

    @property
    def is_command(self) -> bool:
        """Bound to no event: filled by `shared.outbox.send` alone."""
        return not self.keys


@dataclass
class Handlers:
    """All that one service listens to. Each decorator takes a plain function of a session and an event."""

    service: str
    listeners: list[Listener] = field(default_factory=list)

    def on(self, event_type: type[E]) -> Callable[[Handle[E]], Handle[E]]:
        """Run the function once for each such event, in one transaction with the note that it was done."""
        return self.together(event_type.name, event_type)

    def together(self, name: str, *event_types: type[E]) -> Callable[[Handle[E]], Handle[E]]:
        """One queue for several events, whose order counts among each other."""

        def register(handle: Handle[E]) -> Handle[E]:
            async def do(session: AsyncSession, events: Sequence[E], now: datetime) -> None:
                for event in events:
                    session.info["cause"] = follow(event, now)
                    await set_scope(session, workspace_id=event.workspace_id, user_id=event.actor.user_id)
                    await handle(session, event)
                    await session.flush()  # in its own scope, before the next event sets another

            self._listen(name, event_types, do)
            return handle

        return register

    def gathered(self, name: str, *event_types: type[E]) -> Callable[[HandleMany[E]], HandleMany[E]]:
        """Like `together`, for a projection: the function gets all events that wait, in order, to write them at once.
        It is in no scope: its table belongs to no tenant."""

        def register(handle: HandleMany[E]) -> HandleMany[E]:
            async def do(session: AsyncSession, events: Sequence[E], now: datetime) -> None:
                session.info["cause"] = Cause(Actor(), now)
                await handle(session, events)

            self._listen(name, event_types, do)
            return handle

        return register

    def _listen(self, name: str, event_types: Sequence[type[Event]], do: Do) -> None:
        keys = tuple(event_type.name for event_type in event_types)
        self.listeners.append(Listener(f"{self.service}.on.{name}", keys, read_event, do))

    def everything(self, handle: HandleAll) -> HandleAll:
        """Run the function with whole batches of all events, of types unknown here too: envelope and body of each."""

        async def do(session: AsyncSession, bodies: Sequence[Any], now: datetime) -> None:
            session.info["cause"] = Cause(Actor(), now)
            await handle(session, list(bodies))

        self.listeners.append(Listener(f"{self.service}.on.all", ("#",), read_envelope, do))
        return handle

    def command(self, queue: str) -> Callable[[HandleCommand], HandleCommand]:
        """Run the function for each message of a direct queue, which only ``shared.outbox.send`` fills."""

        def register(handle: HandleCommand) -> HandleCommand:
            async def do(session: AsyncSession, bodies: Sequence[Any], now: datetime) -> None:
                for body in bodies:
                    session.info["cause"] = Cause(Actor(), now)
                    await handle(session, body)

            self.listeners.append(Listener(queue, (), orjson.loads, do))
            return handle

        return register


def follow(event: Event, now: datetime) -> Cause:
    """What is done because of ``event`` is done by the system, begun by the event's actor."""
    actor = event.actor.model_copy(update={"kind": "system", "via": Via.system})
    return Cause(actor, now, event.correlation_id, event.event_id, event.parent_workspace_id)


def read_event(body: bytes) -> Event:
    """The event in a message. One of a newer version is read as far as it is known; what does not fit is Permanent."""
    document = _document(body)
    known = REGISTRY.get(str(document.get("name")))
    if known is None:
        raise Permanent(f"There is no event {document.get('name')!r}.")
    flat = document | {"subject_version": document.get("subject", {}).get("version", 1)}
    try:
        return known.model_validate(flat)
    except ValidationError as error:
        version = document.get("schema_version")
        newer = f" It is of version {version}, known is {known.version}." if version != known.version else ""
        raise Permanent(f"Not a valid {known.name}.{newer} {error}") from error


def read_envelope(body: bytes) -> tuple[Envelope, dict[str, Any]]:
    document = _document(body)
    try:
        return Envelope.model_validate(document), document
    except ValidationError as error:
        raise Permanent(f"Not an event: {error}") from error


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Permanent(f"Not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Permanent("Not a JSON object.")
    return document
