"""What a product's JSON Schema (2020-12) of its configuration may use, so that every order form can show it and every
order is checked in bounded time."""

from collections.abc import Iterator
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from shared.errors import Invalid
from shared.field_errors import Code, field_error, pointer_of

FIELDS = 100
SUBSCHEMAS = 500
"""With those behind references, counted as often as they are referred to."""
PATTERNS = 20
PATTERN_BYTES = 131_072
"""The compiled size of a regular expression. Checking a text takes time by its length and by this."""
REFERENCE_DEPTH = 8
LONGEST_DESCRIPTION = 1000
TEXT = 300

ONE = ("not", "if", "then", "else")
SEVERAL = ("allOf", "anyOf", "oneOf")
NAMED = ("properties", "dependentSchemas", "$defs")
KEYWORDS = {
    *("$schema", "$comment", "$ref", "title", "description", "default", "examples", "deprecated", "readOnly"),
    *("writeOnly", "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum"),
    *("exclusiveMinimum", "maxLength", "minLength", "pattern", "format", "required", "dependentRequired"),
    *("minProperties", "maxProperties", "additionalProperties", "unevaluatedProperties", *ONE, *SEVERAL, *NAMED),
}
"""All others are refused: lists, and what applies one schema to any number of values, are no fields of a form."""
SCALARS = {"string", "integer", "number", "boolean"}


class SchemaNotUsable(Invalid):
    """The product's configuration schema is not a valid JSON Schema 2020-12, or uses what an order form cannot show or
    what could take too long to check."""

    title = "The configuration schema cannot be used"


def check_schema(schema: dict[str, Any]) -> None:
    """Raise `SchemaNotUsable` for a schema that could not validate orders."""
    if schema.get("type") != "object":
        raise _of_no_type(["type"], 'must be "object", because a configuration is one')
    _Budget(schema).spend(schema, [])
    try:
        compile_schema(schema)
    except ValidationError as error:
        raise _not_usable(error.instance_path, *_explain(error)) from None
    for name, about in schema.get("properties", {}).items():
        _check_field(behind(schema, about), ["properties", name])


def compile_schema(schema: dict[str, Any]) -> Draft202012Validator:
    """Raises ValidationError for an invalid schema. The engine of regular expressions takes time in proportion to the
    text, and references are never fetched."""
    return Draft202012Validator(
        schema, validate_formats=True, ignore_unknown_formats=False, retriever=_refuse_to_fetch,
        pattern_options=RegexOptions(size_limit=PATTERN_BYTES),
    )  # fmt: skip


def _refuse_to_fetch(address: str) -> Any:
    raise LookupError(address)


class _Budget:
    """Counts the subschemas and patterns of a schema as a check of an order meets them."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema, self.subschemas, self.patterns = schema, SUBSCHEMAS, PATTERNS

    def spend(self, part: Any, path: list[str | int], references: int = 0) -> None:
        if not isinstance(part, dict):
            raise _not_usable(path, "must be an object that says what is allowed")
        self.subschemas -= 1
        self.patterns -= "pattern" in part
        self._check_limits(part, path, references)
        if "$ref" in part:
            self.spend(_target(self.schema, part["$ref"], [*path, "$ref"]), [*path, "$ref"], references + 1)
        for more, child in _subschemas(part):
            self.spend(child, [*path, *more], references)

    def _check_limits(self, part: dict[str, Any], path: list[str | int], references: int) -> None:
        if unknown := sorted(part.keys() - KEYWORDS):
            raise _not_usable([*path, unknown[0]], "is not supported in a configuration schema", "not_supported")
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if not isinstance(part.get(keyword, False), bool):
                raise _not_usable([*path, keyword], "must be true or false")
        if references > REFERENCE_DEPTH:
            raise _not_usable(
                path, f"refers to itself, or through more than {REFERENCE_DEPTH} references", "too_complex"
            )
        if self.subschemas < 0:
            raise _not_usable(
                path, f"is more than the {SUBSCHEMAS} subschemas allowed, counted with references", "too_complex"
            )
        if self.patterns < 0:
            raise _not_usable(
                path, f"has more than the {PATTERNS} patterns allowed, counted with references", "too_complex"
            )
        if len(str(part.get("description", ""))) > LONGEST_DESCRIPTION:
            raise _not_usable([*path, "description"], f"must have at most {LONGEST_DESCRIPTION} characters")
        if isinstance(part.get("type"), list):
            raise _not_usable(
                [*path, "type"], "must be one type: an order form cannot ask for one of several", "not_a_field_type"
            )
        if isinstance(fields := part.get("properties"), dict) and len(fields) > FIELDS:
            raise _too_complex([*path, "properties"], f"has more than {FIELDS} fields")


def _subschemas(part: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Those directly below ``part``. What is of another type is left to the check against the meta-schema."""
    for keyword, value in part.items():
        if keyword in ONE:
            yield (keyword,), value
        elif keyword in SEVERAL and isinstance(value, list):
            yield from (((keyword, number), child) for number, child in enumerate(value))
        elif keyword in NAMED and isinstance(value, dict):
            yield from (((keyword, name), child) for name, child in value.items())


def target_of(schema: dict[str, Any], reference: str) -> Any:
    """What a reference of the form ``#/$defs/speed`` leads to."""
    found: Any = schema
    place, *parts = reference.split("/")
    for part in parts:
        found = found[part.replace("~1", "/").replace("~0", "~")]
    if place != "#":
        raise KeyError(place)
    return found


def _target(schema: dict[str, Any], reference: Any, path: list[str | int]) -> Any:
    try:
        return target_of(schema, reference)
    except (AttributeError, KeyError, TypeError):
        raise _not_usable(
            path, "must lead to a place in this schema, such as #/$defs/speed", "not_a_reference"
        ) from None


def behind(schema: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    """A field's schema with those that it refers to."""
    if "$ref" in about:
        return behind(schema, _target(schema, about["$ref"], [])) | about
    return about


def _check_field(about: dict[str, Any], path: list[str | int]) -> None:
    """A field of the order form is a choice, or one text, number or switch."""
    choices = about.get("enum") or [one.get("const") for one in about.get("oneOf", ())]
    if choices:
        if not all(isinstance(choice, str | int | float) for choice in choices):
            raise _not_usable(
                path,
                "must have choices that are texts, numbers, true or false; with oneOf, a const each",
                "not_a_choice_list",
            )
    elif about.get("type") not in SCALARS:
        raise _not_usable(
            path,
            f"must have a type, one of {', '.join(sorted(SCALARS))}, or choices in enum or oneOf",
            "not_a_field_type",
        )


def _explain(error: ValidationError) -> tuple[str, Code]:
    keyword = error.instance_path[-1] if error.instance_path else ""
    if keyword == "pattern":
        detail = (
            "must be a regular expression without look-around, back-references and large repetitions; "
            "to limit a length use maxLength"
        )
        return detail, "not_a_pattern"
    if keyword == "format":
        return "is not a format that can be checked", "not_a_format"
    return "is not what JSON Schema 2020-12 allows here", "not_valid"


def _too_complex(path: list[str | int], detail: str) -> SchemaNotUsable:
    return _not_usable(path, detail, "too_complex")


def _of_no_type(path: list[str | int], detail: str) -> SchemaNotUsable:
    return _not_usable(path, detail, "not_a_field_type")


def _not_usable(path: list[str | int], detail: str, code: Code = "not_valid") -> SchemaNotUsable:
    error = field_error(f"/configuration_schema{pointer_of(path)}"[:TEXT], code, detail)
    return SchemaNotUsable("Correct the configuration schema and publish again.", errors=[error])
