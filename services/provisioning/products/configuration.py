"""Validation of products' JSON Schemas (2020-12), and of orders' configurations against them."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson
import structlog
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from pydantic_core import from_json
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from shared.errors import Invalid

log = structlog.get_logger()

MAX_ERRORS = 50
MAX_DETAIL_LENGTH = 300
DEEPER_IN_A_PAGE = 8
"""Levels of JSON around a configuration in a page, with room to spare."""


class SchemaNotUsable(Invalid):
    """The product's configuration schema is not a valid JSON Schema 2020-12, or has external references."""

    title = "The configuration schema cannot be used"


def check_schema(schema: dict[str, Any]) -> None:
    """Raise `SchemaNotUsable` for a schema that could not validate orders."""
    try:
        Draft202012Validator.check_schema(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    except SchemaError as error:
        raise _not_usable(_pointer(error.absolute_path), error.message) from None
    if schema.get("type") != "object":
        raise _not_usable("/type", 'must be "object": a configuration is one')
    _check_references(schema)


def _check_references(schema: dict[str, Any]) -> None:
    """Schemas are never fetched: every reference must resolve within the schema, without cycles."""
    itself: Registry[Any] = Registry().with_resource("urn:schema", DRAFT202012.create_resource(schema))
    resolver = itself.resolver("urn:schema")
    for pointer, target in _references(schema):
        try:
            resolver.lookup(target)
        except Unresolvable:
            raise _not_usable(pointer, f"leads to {target!r}, which is not in this schema") from None
    try:
        list(_validator(schema).iter_errors({}))
    except RecursionError:
        raise _not_usable("", "refers to itself without end") from None


def _references(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in children:
        if name in ("$ref", "$dynamicRef") and isinstance(child, str):
            yield _pointer((*path, name)), child
        yield from _references(child, (*path, name))


def _not_usable(pointer: str, detail: str) -> SchemaNotUsable:
    error = {"pointer": f"/configuration_schema{pointer}", "detail": detail[:MAX_DETAIL_LENGTH]}
    return SchemaNotUsable("Correct the configuration schema and publish again.", errors=[error])


class ConfigurationNotValid(Invalid):
    """The configuration is not valid for the product. ``errors`` has an entry per invalid field."""

    title = "The configuration does not fit the product"


def check_configuration(schema: dict[str, Any], configuration: dict[str, Any]) -> None:
    """Raise `ConfigurationNotValid`, with every invalid field, unless ``configuration`` fits ``schema`` (K7)."""
    found = sorted(_validator(schema).iter_errors(configuration), key=lambda error: _pointer(error.absolute_path))
    errors = [_explain(error) for error in found[:MAX_ERRORS]]
    if errors:
        raise ConfigurationNotValid("Correct the entries named in errors.", errors=errors)


def read_configuration(text: str, **row: UUID) -> dict[str, Any] | None:
    """A stored configuration; None if it is nested deeper than a reader of a whole page can follow. Then ``row`` is
    logged, and the rest of its list is shown."""
    try:
        from_json("[" * DEEPER_IN_A_PAGE + text + "]" * DEEPER_IN_A_PAGE)
    except ValueError:
        log.error("configuration.unreadable", **{name: str(value) for name, value in row.items()})
        return None
    found: dict[str, Any] = orjson.loads(text)
    return found


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )  # an empty registry: the default one would fetch references over the network


def _explain(error: ValidationError) -> dict[str, str]:
    path = list(error.absolute_path)
    if error.validator == "required" and isinstance(error.validator_value, list):
        # jsonschema points at the parent object; a form needs the field, which is only in the message
        path += [name for name in error.validator_value if error.message.startswith(f"{name!r} is")]
    return {"pointer": f"/configuration{_pointer(path)}", "detail": error.message[:MAX_DETAIL_LENGTH]}


def _pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
