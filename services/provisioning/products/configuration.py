"""Validation of orders' configurations against their product's schema."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import structlog
from jsonschema_rs import Draft202012Validator, ValidationError

from services.provisioning.products.configuration_schema import LONGEST_DESCRIPTION, compile_schema
from services.provisioning.products.rules import last_field_of, sentence_of
from shared.errors import Conflict, Invalid
from shared.field_errors import Code, field_error, pointer_of
from shared.pages import read_stored

log = structlog.get_logger()

MAX_ERRORS = 50
MAX_TEXT = 1000
"""The longest text in a configuration. With the limits of schemas it bounds the time of the check."""
MOST_OF_A_FIELD = 10_000_000
"""The largest number of a field that a plan charges for. Billing counts with it, too."""
ANY_TERMS: Mapping[str, Sequence[Any]] = MappingProxyType({})
"""Of a plan for every configuration."""
RANKS = {"wrong_type": 0, "not_whole": 0, "against_a_rule": 2}
KEYWORDS: dict[str, tuple[Code, str]] = {
    "required": ("required", "is needed"),
    "additionalProperties": ("unknown_field", "is not a field of this product"),
    "unevaluatedProperties": ("unknown_field", "is not a field of this product"),
    "minimum": ("too_small", "must be at least {limit}"),
    "maximum": ("too_large", "must be at most {limit}"),
    "exclusiveMinimum": ("not_more", "must be more than {limit}"),
    "exclusiveMaximum": ("not_less", "must be less than {limit}"),
    "multipleOf": ("not_a_multiple", "must be a multiple of {multiple_of}"),
    "minLength": ("too_short", "must have at least {limit} characters"),
    "maxLength": ("too_long", "must have at most {limit} characters"),
    "enum": ("not_a_choice", "is not one of the choices"),
    "oneOf": ("not_a_choice", "is not one of the choices"),
    "const": ("not_a_choice", "is not one of the choices"),
    "pattern": ("wrong_form", "does not have the form that is needed"),
}
"""What is wrong, by JSON Schema's keyword."""
FORMATS: dict[str, tuple[Code, str]] = {
    "date": ("not_a_date", "a date"),
    "date-time": ("not_a_date", "a date with a time"),
    "email": ("not_an_address", "a mail address"),
    "hostname": ("wrong_form", "a host name"),
    "ipv4": ("wrong_form", "an IPv4 address"),
    "ipv6": ("wrong_form", "an IPv6 address"),
    "uri": ("wrong_form", "a web address"),
}
TYPES = {"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false"}


class ConfigurationNotValid(Invalid):
    """The configuration is not valid for the product, or the plan is not for it. ``errors`` has an entry per invalid
    field. One with the code ``against_a_rule`` breaks a rule between fields, and its ``detail`` is the product's own
    sentence about the rule, for people."""

    title = "The configuration does not fit the product"


class ProductNotUsable(Conflict):
    """The product's configuration schema was published under earlier limits. It has to be published again."""

    title = "This product cannot be ordered now"


def check_configuration(
    schema: dict[str, Any],
    configuration: dict[str, Any],
    terms: Mapping[str, Sequence[Any]] = ANY_TERMS,
    priced_fields: Collection[str] = (),
) -> None:
    """Raise `ConfigurationNotValid`, with every invalid field, unless ``configuration`` fits ``schema`` and the
    ``terms`` of the plan, and what the plan charges for is a number (K7)."""
    long = f"must have at most {MAX_TEXT} characters"
    errors = {at: field_error(at, "too_long", long, MAX_TEXT) for at in map(_at, _too_long(configuration, []))}
    if not errors:
        broken = _compiled(schema).iter_errors(configuration)
        found = [entry for error in broken for entry in _entries(schema, error)]
        # One per field: of the wrong type it has no other mistake, and rules are for fields that are right alone.
        found = sorted(found, key=lambda entry: RANKS.get(entry["code"], 1)) + _against(terms, configuration)
        for entry in found + list(_not_charged(priced_fields, configuration)):
            errors.setdefault(entry["pointer"], entry)
    if errors:
        described = [errors[pointer] for pointer in sorted(errors)]
        raise ConfigurationNotValid("Correct the entries named in errors.", errors=described[:MAX_ERRORS])


def _against(terms: Mapping[str, Sequence[Any]], configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields whose values the plan is not for."""
    return [
        field_error(_at([name]), "not_of_plan", f"must be one of what the plan is for: {values}"[:LONGEST_DESCRIPTION])
        for name, values in terms.items()
        if not any(_are_same(value, configuration.get(name)) for value in values)
    ]


def _not_charged(names: Iterable[str], configuration: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields that the plan charges for, and whose values nothing can be charged for."""
    for name in names:
        if name not in configuration:
            continue
        value = configuration[name]
        if not isinstance(value, int) or isinstance(value, bool):
            yield field_error(_at([name]), "not_whole", "must be a whole number")
        elif value < 0:
            yield field_error(_at([name]), "too_small", "must be at least 0", 0)
        elif value > MOST_OF_A_FIELD:
            yield field_error(_at([name]), "too_large", f"must be at most {MOST_OF_A_FIELD}", MOST_OF_A_FIELD)


def numbers_of(configuration: Mapping[str, Any]) -> dict[str, int]:
    """The whole numbers that a plan can charge for, by field."""
    return {
        name: value
        for name, value in configuration.items()
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_OF_A_FIELD
    }


def _are_same(one: Any, other: Any) -> bool:
    """As JSON: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _at(path: Iterable[str | int]) -> str:
    return pointer_of(["configuration", *path])


def _compiled(schema: dict[str, Any]) -> Draft202012Validator:
    try:
        return compile_schema(schema)
    except ValidationError:  # published under earlier limits
        again = "This product cannot be ordered until its configuration schema is published again."
        raise ProductNotUsable(again) from None


def read_configuration(text: str, **row: str) -> dict[str, Any] | None:
    """A stored configuration. None if it cannot be read in a page; then ``row`` is logged."""
    found = read_stored(text)
    if found is None:
        log.error("configuration.unreadable", **row)
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


def _entries(schema: dict[str, Any], error: ValidationError) -> Iterator[dict[str, Any]]:
    """The fields that an error is about. Missing and unknown ones are not in its path, nor those that a rule names."""
    kind, about = error.kind.name, error.kind.as_dict()
    code, detail = KEYWORDS.get(kind, ("does_not_fit", "does not fit the other entries"))
    if kind == "type":
        code = "not_whole" if about["types"] == ["integer"] else "wrong_type"
        detail = "must be " + " or ".join(TYPES.get(each, each) for each in about["types"])
    elif kind == "format":
        code, needed = FORMATS.get(about["format"], ("wrong_form", f"of the form {about['format']}"))
        detail = "must be " + needed
    limit, detail = about.get("limit", about.get("multiple_of")), detail.format(**about)
    names = [about["property"]] if kind == "required" else about.get("unexpected", ())
    if not names and not error.instance_path:
        code, names = "does_not_fit", last_field_of(schema, error.evaluation_path)
    if sentence := sentence_of(schema, error.evaluation_path):
        code, detail, limit = "against_a_rule", sentence[:LONGEST_DESCRIPTION], None
    for path in [[*error.instance_path, name] for name in names] or [error.instance_path]:
        yield field_error(_at(path), code, detail, limit if isinstance(limit, int | float) else None)
