"""What a listener is, and how the body of a message is read for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Permanent
from shared.events import REGISTRY, Envelope, Event

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
    def keys(self) -> tuple[str, ...]:
        return tuple(key for _, key in self.sources)


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


def read_one_of(*events: type[Event]) -> Callable[[bytes], Event]:
    """Read an event that has to be of one of these types. The routing key brought the message here; its body says what
    it is, and could say something else."""

    def read(body: bytes) -> Event:
        event = read_event(body)
        if not isinstance(event, events):
            raise Permanent(f"{event.name} does not belong here.")
        return event

    return read


def read_envelope(body: bytes) -> tuple[Envelope, dict[str, Any]]:
    document = _document(body)
    try:
        return Envelope.model_validate(document), document
    except ValidationError as error:
        raise Permanent(f"Not an event: {error}") from error


def read_command(body: bytes) -> dict[str, Any]:
    return _document(body)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Permanent(f"Not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Permanent("Not a JSON object.")
    return document
