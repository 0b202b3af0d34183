"""A sample value of a JSON Schema, always the same, with every field that the schema has."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.portal.event_documents.fields import resolve

TEXTS = {"uuid": str(UUID(int=1)), "date": "2026-11-22", "date-time": "2026-11-22T12:00:00Z",
         "email": "ana@meridian.example"}  # fmt: skip


def sample(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    schema = resolve(document, schema)
    if branches := schema.get("anyOf") or schema.get("oneOf"):
        return sample(document, branches[0])
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            return {name: sample(document, each) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [sample(document, schema.get("items", {}))]
        case "string":
            return TEXTS.get(schema.get("format", ""), "text")
        case kind:
            return {"integer": 1, "number": 1, "boolean": True}.get(kind or "")
