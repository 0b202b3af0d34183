"""Parses the bodies of messages into events."""

from collections.abc import Callable
from typing import Any

import orjson
from pydantic import ValidationError

from shared.events.base import REGISTRY, Envelope, Event


class Unreadable(Exception):
    """The body is not an event, or not one of the expected ones. A retry cannot help."""


def read_event(body: bytes) -> Event:
    """The event in a message. Unknown fields of newer versions are ignored. Raises `Unreadable`."""
    document = read_document(body)
    known = REGISTRY.get(str(document.get("name")))
    if known is None:
        raise Unreadable(f"There is no event {document.get('name')!r}.")
    flat = document | {"subject_version": document.get("subject", {}).get("version", 1)}
    try:
        return known.model_validate(flat)
    except ValidationError as error:
        version = document.get("schema_version")
        newer = f" It is of version {version}, known is {known.version}." if version != known.version else ""
        raise Unreadable(f"Not a valid {known.name}.{newer} {error}") from error


def read_one_of(*events: type[Event]) -> Callable[[bytes], Event]:
    """A reader for events of these types. The type is checked, because the body could differ from the routing key."""

    def read(body: bytes) -> Event:
        event = read_event(body)
        if not isinstance(event, events):
            raise Unreadable(f"{event.name} does not belong here.")
        return event

    return read


def read_envelope(body: bytes) -> tuple[Envelope, dict[str, Any]]:
    document = read_document(body)
    try:
        return Envelope.model_validate(document), document
    except ValidationError as error:
        raise Unreadable(f"Not an event: {error}") from error


def read_document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"Not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Unreadable("Not a JSON object.")
    return document
