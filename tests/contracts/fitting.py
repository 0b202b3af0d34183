"""Compares two JSON Schemas: what a service answers, and what a client reads. A reader may know fewer fields and
values, but may not rely on more than the service promises."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.event_documents.fields import Schema, resolve

SAYS_NOTHING = {"title", "description", "default", "examples", "discriminator", "$defs", "components"}
OF_VALUES = {"minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
             "minItems", "maxItems"}  # fmt: skip
KNOWN = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "enum", "const", "format",
         "$ref"}  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """``answered`` and ``read`` are the documents that ``$ref`` points into."""

    answered: Schema
    read: Schema

    def misfits(self, answer: Schema, reading: Schema, at: str = "$") -> Iterator[str]:
        """What the reader would misread, with the path to it; empty if it understands every answer."""
        answer, reading = resolve(self.answered, answer), resolve(self.read, reading)
        if unknown := (answer.keys() | reading.keys()) - KNOWN - SAYS_NOTHING - OF_VALUES:
            raise NotImplementedError(f"{at}: cannot compare {sorted(unknown)}")
        if not reading.keys() - SAYS_NOTHING:
            return
        if constraints := reading.keys() & OF_VALUES:
            yield f"{at}: the reader narrows {sorted(constraints)}"
        elif branches := _branches(answer):
            for branch in branches:
                yield from self.misfits(branch, reading, at)
        elif branches := _branches(reading):
            found = [list(self.misfits(answer, branch, at)) for branch in branches]
            if all(found):
                yield min(found, key=len)[0]
        elif "enum" in reading or "const" in reading:
            yield from _missed(answer, reading, at)
        else:
            yield from self._by_type(answer, reading, at)

    def _by_type(self, answer: Schema, reading: Schema, at: str) -> Iterator[str]:
        kind, wanted = _type(answer), reading.get("type")
        if kind != wanted and (kind, wanted) != ("integer", "number"):
            yield f"{at}: the API promises {kind or 'anything'}, the reader takes {wanted}"
        elif wanted == "object":
            yield from self._objects(answer, reading, at)
        elif wanted == "array":
            yield from self.misfits(answer.get("items", {}), reading.get("items", {}), f"{at}[]")
        elif reading.get("format") not in (None, answer.get("format")):
            yield f"{at}: the API promises {answer.get('format') or 'any text'}, the reader takes {reading['format']}"

    def _objects(self, answer: Schema, reading: Schema, at: str) -> Iterator[str]:
        promised: Schema = answer.get("properties", {})
        known: Schema = reading.get("properties", {})
        for name, schema in known.items():
            if name not in promised:
                yield f"{at}.{name}: the API has no such field"
                continue
            if name in reading.get("required", ()) and name not in answer.get("required", ()):
                yield f"{at}.{name}: the API may leave it out"
            yield from self.misfits(promised[name], schema, f"{at}.{name}")
        others = reading.get("additionalProperties", True)
        if others is False:
            yield f"{at}: the reader refuses fields that the API may add"
        elif isinstance(others, Mapping):
            unnamed = answer.get("additionalProperties", None if promised else True)
            rest = {name: schema for name, schema in promised.items() if name not in known}
            rest |= {"*": {} if unnamed is True else unnamed} if unnamed else {}
            for name, schema in rest.items():
                yield from self.misfits(schema, others, f"{at}.{name}")


def _branches(schema: Schema) -> list[Schema]:
    found: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or []
    return found


def _values(schema: Schema) -> list[Any] | None:
    return schema.get("enum") or ([schema["const"]] if "const" in schema else None)


def _missed(answer: Schema, reading: Schema, at: str) -> Iterator[str]:
    values, known = _values(answer), _values(reading) or []
    if values is None:
        yield f"{at}: the API promises any {answer.get('type')}, the reader takes {known}"
    elif missed := [value for value in values if value not in known]:
        yield f"{at}: the reader does not know {missed}"


def _type(schema: Schema) -> str | None:
    found: str | None = schema.get("type")
    if found is None and (values := _values(schema)) and all(isinstance(value, str) for value in values):
        return "string"
    return found
