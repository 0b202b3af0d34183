"""Writes a sample of every event that has none: `python -m tests.contracts.freeze`. A sample is never changed, since it
represents events that were published."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel

from shared.events import REGISTRY, Event

SAMPLES = Path(__file__).parent / "samples"
NAMESPACE = UUID(int=0)


def sample_file(event: type[Event]) -> Path:
    return SAMPLES / f"{event.name}.v{event.version}.json"


def sample(name: str, kind: Any) -> Any:
    """A simple value of a type, always the same."""
    options = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        return sample(name, next(option for option in options if option is not NoneType))
    if get_origin(kind) is Literal:
        return options[0]
    if get_origin(kind) in (list, tuple):
        return [sample(name, options[0])]
    if get_origin(kind) is dict:
        return {sample("name", options[0]): sample(name, options[1])}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {field: sample(field, info.annotation) for field, info in kind.model_fields.items()}
    plain = {UUID: uuid5(NAMESPACE, name), int: 1, bool: True, str: name.replace("_", " "), date: date(2026, 11, 22),
             Any: name, datetime: datetime(2026, 11, 22, 12, tzinfo=UTC)}  # fmt: skip
    return plain[kind] if kind in plain else next(iter(kind))


def make(event: type[Event]) -> bytes:
    values = {field: sample(field, info.annotation) for field, info in event.model_fields.items()}
    return orjson.dumps(event.model_validate(values).to_wire(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    for event in REGISTRY.values():
        if not sample_file(event).exists():
            sample_file(event).write_bytes(make(event))
            print(sample_file(event).name)
