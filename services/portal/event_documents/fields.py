"""A message's JSON Schema as a table of fields, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

FORMATS = {"uuid": "id", "date": "date", "date-time": "date and time"}
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    """With the names of the objects that it is within: ``actor.kind``, ``mrr[].currency``."""
    type: str
    required: bool
    meaning: str


def resolve(document: Schema, schema: Schema) -> Schema:
    """What a reference of the document points to; anything else is itself."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def fields_of(document: Schema, schema: Schema, within: str = "") -> Iterator[Field]:
    """Every field of an object, each followed by those within it, in their order."""
    for name, described in schema.get("properties", {}).items():
        found, many, nothing = _unwrapped(document, described)
        kind = f"list of {_words(found)}s" if many else _words(found)
        meaning = described.get("description") or found.get("description", "")
        yield Field(within + name, kind + ", or nothing" * nothing, name in schema.get("required", ()), meaning)
        yield from fields_of(document, found, f"{within}{name}{'[]' * many}.")


def _unwrapped(document: Schema, schema: Schema) -> tuple[Schema, bool, bool]:
    """The schema of one value, whether there is a list of them, and whether it may be nothing."""
    found = resolve(document, schema)
    branches = [resolve(document, each) for each in found.get("anyOf", [found])]
    values = [each for each in branches if each.get("type") != "null"]
    nothing, found = len(values) < len(branches), values[0]
    many = found.get("type") == "array"
    return resolve(document, found["items"]) if many else found, many, nothing


def _words(schema: Schema) -> str:
    """The type of one value: ``id``, ``one of user, system``."""
    if "const" in schema:
        return f"always {schema['const']}"
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = schema.get("type", "")
    return FORMATS.get(schema.get("format", ""), TYPES.get(kind, kind or "anything"))
