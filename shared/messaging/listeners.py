"""What a listener is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Event

Do = Callable[[AsyncSession, Sequence[Any], datetime], Awaitable[None]]


@dataclass(frozen=True)
class Listener:
    """A queue and what happens with its messages. ``do`` gets those that are new, within one transaction, and the
    business time."""

    queue: str
    sources: tuple[tuple[str, str], ...]
    """Exchanges, each with a routing key."""
    events: tuple[type[Event], ...]
    """Those that it may get; none for commands, and for a listener to everything."""
    read: Callable[[bytes], Any]
    do: Do
    is_command: bool = False
    """Filled by `shared.outbox.send` alone."""

    @property
    def service(self) -> str:
        return self.queue.partition(".")[0]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for _, key in self.sources)
