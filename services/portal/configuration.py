"""A product's JSON Schema as form fields, and a configuration as readable text."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from services.portal.clients.provisioning import Product, ProductName
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.vocabulary import words

PREFIX = "configuration."


@dataclass(frozen=True, slots=True)
class FieldChoice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the schema as a form field."""

    name: str
    label: str
    hint: str
    control: str
    """``text``, ``number``, ``select`` or ``switch``"""
    default: str
    required: bool
    choices: list[FieldChoice] = field(default_factory=list)
    limits: dict[str, Any] = field(default_factory=dict)
    """The input's HTML attributes: min, max, step, pattern, minlength, maxlength."""

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(choice.value, choice.label) for choice in self.choices]

    @property
    def attributes(self) -> dict[str, Any]:
        kind = {"type": "number", "inputmode": "numeric"} if self.control == "number" else {}
        return kind | ({"required": True} if self.required else {}) | self.limits


def fields_of(schema: dict[str, Any]) -> list[Field]:
    """The schema's top-level properties, in its order."""
    required = set(schema.get("required", []))
    return [_field(name, about, name in required) for name, about in _properties(schema).items()]


def _properties(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each property with what it refers to. Provisioning publishes only references that lead to a schema."""
    return {name: _behind(schema, about) for name, about in schema.get("properties", {}).items()}


def _behind(schema: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in about:
        return about
    found: Any = schema
    for part in about["$ref"].split("/")[1:]:
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return _behind(schema, found) | about


def _field(name: str, about: dict[str, Any], required: bool) -> Field:
    control = _control(about)
    return Field(
        name=PREFIX + name,
        label=about.get("title") or words(name),
        hint=about.get("description", ""),
        control=control,
        default=_text(about.get("default", about.get("const", ""))),
        required=required,
        choices=_choices(about),
        limits=_limits(about),
    )


def _limits(about: dict[str, Any]) -> dict[str, Any]:
    """The schema's bounds as HTML attributes, which browsers check."""
    step = {"integer": 1, "number": "any"}.get(about.get("type", ""))
    limits = {
        "min": about.get("minimum"),
        "max": about.get("maximum"),
        "step": about.get("multipleOf", step),
        "maxlength": about.get("maxLength"),
        "minlength": about.get("minLength"),
        "pattern": _whole(about.get("pattern")),
    }
    return {name: value for name, value in limits.items() if value is not None}


def _whole(pattern: str | None) -> str | None:
    """A schema's pattern may match any part of a text, an input's has to match all of it."""
    return pattern and f".*(?:{pattern}).*"


def _control(about: dict[str, Any]) -> str:
    if "enum" in about or "oneOf" in about:
        return "select"
    return {"integer": "number", "number": "number", "boolean": "switch"}.get(about.get("type", ""), "text")


def _choices(about: dict[str, Any]) -> list[FieldChoice]:
    """From ``enum`` values, or from ``oneOf`` with titles."""
    titled = [FieldChoice(_text(one["const"]), one.get("title", _text(one["const"]))) for one in about.get("oneOf", [])]
    return titled or [FieldChoice(_text(value), _text(value)) for value in about.get("enum", [])]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def configuration_of(form: Form, schema: dict[str, Any]) -> dict[str, Any]:
    """The form's texts as the schema's types. A value that cannot be converted stays text: provisioning refuses it and
    says why."""
    configuration = {}
    for name, about in _properties(schema).items():
        value = form.values.get(PREFIX + name, "")
        if about.get("type") == "boolean":
            configuration[name] = value == "true"
        elif value != "":
            configuration[name] = _typed(value, about)
    return configuration


def _typed(value: str, about: dict[str, Any]) -> Any:
    options = about.get("enum") or [one["const"] for one in about.get("oneOf", [])]
    for option in options:
        if _text(option) == value:
            return option
    try:
        if about.get("type") == "integer":
            return int(value)
        if about.get("type") == "number" and isfinite(number := float(value)):  # JSON has no NaN
            return number
    except ValueError:
        pass
    return value


@dataclass(frozen=True, slots=True)
class Property:
    label: str
    value: str


def described(
    configuration: dict[str, Any] | None, products: Section[list[Product]], product: ProductName
) -> list[Property]:
    """A configuration with the labels of its product's schema, or without them while the catalogue is unavailable."""
    if configuration is None:
        return [Property("Configuration", "Cannot be read. Support can tell you what it is.")]
    schema: dict[str, Any] = {}
    if products.ready:
        schema = next((each.configuration_schema for each in products.value if each.key == product.key), {})
    return describe(configuration, schema)


def describe(configuration: dict[str, Any], schema: dict[str, Any]) -> list[Property]:
    about = {one.name: one for one in fields_of(schema)}
    return [_property(name, value, about.get(PREFIX + name)) for name, value in configuration.items()]


def _property(name: str, value: Any, about: Field | None) -> Property:
    if isinstance(value, bool):
        return Property(about.label if about else words(name), "Yes" if value else "No")
    titles = {choice.value: choice.label for choice in about.choices} if about else {}
    return Property(about.label if about else words(name), titles.get(_text(value), _text(value)))
