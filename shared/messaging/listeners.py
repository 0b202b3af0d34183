"""The type of a listener."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Event


@dataclass(frozen=True, slots=True)
class Work:
    """What the handlers of a batch need: its transaction, the business time, the service's settings, and the trace
    context of each message."""

    session: AsyncSession
    now: datetime
    settings: Any
    traceparents: Sequence[str]


Do = Callable[[Work, Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True)
class Listener:
    """A queue and its handler. ``do`` gets the new messages."""

    queue: str
    sources: tuple[tuple[str, str], ...]
    """Exchanges, each with a routing key."""
    events: tuple[type[Event], ...]
    """The event types of the queue. Empty for commands and for a listener to all events."""
    read: Callable[[bytes], Any]
    do: Do
    is_command: bool = False
    """Messages come only from `shared.outbox.send`."""

    @property
    def service(self) -> str:
        return self.queue.partition(".")[0]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for _, key in self.sources)
