"""What people read who break a rule of a product's schema: its author says it beside the rule."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from services.provisioning.products.configuration_schema import NAMED, ONE, SEVERAL, target_of

RULES = {"allOf", "anyOf", "then", "else", "not", "dependentSchemas"}
"""Behind these keywords a description is of a rule. Elsewhere it is of a field, which says what to enter."""


def sentence_of(schema: dict[str, Any], path: Iterable[str | int]) -> str | None:
    """The description of the innermost rule on the way to what is broken."""
    said, is_rule = None, False
    for keyword, part in _parts_on(schema, path):
        is_rule = is_rule or keyword in RULES
        if is_rule and isinstance(part.get("description"), str):
            said = part["description"]
    return said


def last_field_of(schema: dict[str, Any], path: Sequence[str | int]) -> list[str]:
    """The field at which people read that a rule about the whole configuration is broken: the last one in the form that
    the rule names. Empty if it names none."""
    *_, (_, part) = [("", schema), *_parts_on(schema, path)]
    named = set(_names_in(part if path[-1] == "not" else part.get(str(path[-1]))))
    return [name for name in schema.get("properties", {}) if name in named][-1:]


def _parts_on(schema: dict[str, Any], path: Iterable[str | int]) -> Iterator[tuple[str | int, dict[str, Any]]]:
    """The subschemas on a path of evaluation, each with the keyword that leads to it. The path lacks empty names."""
    part: Any = schema
    steps = iter(path)
    with suppress(KeyError, IndexError):
        for keyword in steps:
            if keyword == "$ref":
                part = target_of(schema, part["$ref"])
            elif keyword in ONE:
                part = part[keyword]
            elif keyword in SEVERAL and (step := next(steps, None)) is not None:
                part = part[keyword][step]
            elif keyword in NAMED and (step := next(steps, None)) is not None:
                part = part[keyword][str(step)]
            else:
                return
            yield keyword, part


def _names_in(part: Any) -> Iterator[str]:
    """The fields that a rule is about."""
    if isinstance(part, list):
        for each in part:
            yield from _names_in(each)
    elif isinstance(part, dict):
        yield from part.get("properties", {})
        yield from part.get("required", ())
        for keyword in (*ONE, *SEVERAL):
            yield from _names_in(part.get(keyword))
