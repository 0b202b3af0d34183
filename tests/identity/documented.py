"""Whether an answer that no model has serialised is what the operation documents."""

from typing import Any

from pydantic import TypeAdapter


def assert_documented(shape: Any, answer: Any) -> None:
    """The answer is valid, and has each documented field and no other."""
    adapter = TypeAdapter(shape)
    assert _fields(adapter.dump_python(adapter.validate_python(answer), mode="json")) == _fields(answer)


def _fields(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _fields(each) for name, each in value.items()}
    return [_fields(each) for each in value] if isinstance(value, list) else type(value)
