"""Validation of orders' configurations against their product's schema."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import structlog
from jsonschema_rs import Draft202012Validator, ValidationError

from services.provisioning.products.configuration_schema import compile_schema
from shared.errors import Invalid, pointer_of
from shared.pages import read_stored

log = structlog.get_logger()

MAX_ERRORS = 50
MAX_TEXT = 1000
"""The longest text in a configuration. With the limits of schemas it bounds the time of the check."""
DETAILS = {
    "required": "is needed",
    "additionalProperties": "is not a field of this product",
    "unevaluatedProperties": "is not a field of this product",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {multiple_of}",
    "minLength": "must have at least {limit} characters",
    "maxLength": "must have at most {limit} characters",
    "enum": "is not one of the choices",
    "oneOf": "is not one of the choices",
    "const": "is not one of the choices",
    "pattern": "does not have the form that is needed",
}
FORMATS = {"date": "a date", "date-time": "a date with a time", "email": "a mail address", "hostname": "a host name",
           "ipv4": "an IPv4 address", "ipv6": "an IPv6 address", "uri": "a web address"}  # fmt: skip
TYPES = {"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false"}


class ConfigurationNotValid(Invalid):
    """The configuration is not valid for the product. ``errors`` has an entry per invalid field."""

    title = "The configuration does not fit the product"


def check_configuration(schema: dict[str, Any], configuration: dict[str, Any]) -> None:
    """Raise `ConfigurationNotValid`, with every invalid field, unless ``configuration`` fits ``schema`` (K7)."""
    errors = {pointer_of(path): f"must have at most {MAX_TEXT} characters" for path in _too_long(configuration, [])}
    if not errors:
        found = sorted(_compiled(schema).iter_errors(configuration), key=lambda error: error.kind.name != "type")
        for path, detail in (entry for error in found for entry in _entries(error)):
            errors.setdefault(pointer_of(path), detail)  # one per field: of the wrong type, it has no other mistake
    if errors:
        described = [{"pointer": f"/configuration{pointer}", "detail": errors[pointer]} for pointer in sorted(errors)]
        raise ConfigurationNotValid("Correct the entries named in errors.", errors=described[:MAX_ERRORS])


def _compiled(schema: dict[str, Any]) -> Draft202012Validator:
    try:
        return compile_schema(schema)
    except ValidationError:  # published under earlier limits
        again = "This product cannot be ordered until its configuration schema is published again."
        raise ConfigurationNotValid(again, errors=[]) from None


def read_configuration(text: str, **row: UUID) -> dict[str, Any] | None:
    """A stored configuration. None if it cannot be read in a page; then ``row`` is logged."""
    found = read_stored(text)
    if found is None:
        log.error("configuration.unreadable", **{name: str(value) for name, value in row.items()})
    return found


def _too_long(part: Any, path: list[str | int]) -> Iterator[list[str | int]]:
    """The paths of texts and names that are longer than `MAX_TEXT`."""
    members: Iterable[tuple[str | int, Any]] = ()
    if isinstance(part, dict):
        members = part.items()
    elif isinstance(part, list):
        members = enumerate(part)
    elif isinstance(part, str) and len(part) > MAX_TEXT:
        yield path
    for name, member in members:
        if len(str(name)) > MAX_TEXT:
            yield path
        else:
            yield from _too_long(member, [*path, name])


def _entries(error: ValidationError) -> Iterator[tuple[list[str | int], str]]:
    """The fields that an error is about, each with a sentence. Missing and unknown ones are not in its path."""
    kind, about = error.kind.name, error.kind.as_dict()
    detail = DETAILS.get(kind, "does not fit the other entries").format(**about)
    if kind == "type":
        detail = "must be " + " or ".join(TYPES.get(each, each) for each in about["types"])
    elif kind == "format":
        detail = "must be " + FORMATS.get(about["format"], f"of the form {about['format']}")
    names = [about["property"]] if kind == "required" else about.get("unexpected", ())
    yield from (([*error.instance_path, name], detail) for name in names)
    if not names:
        yield error.instance_path, detail
