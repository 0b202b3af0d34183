"""The fields of a product's configuration, from its JSON Schema."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.portal.clients.catalogue import Product, ProductName
from services.portal.field_limits import Limits
from services.portal.formatting import sentence
from services.portal.vocabulary import words
from shared.language import gettext as _

PREFIX = "configuration."
KEPT = 1000


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
    choices: dict[str, str] = field(default_factory=dict)
    """The label of each value."""
    limits: Limits = field(default_factory=Limits)

    @property
    def options(self) -> list[tuple[str, str]]:
        return list(self.choices.items())

    @property
    def attributes(self) -> dict[str, Any]:
        kind = {"type": "number", "inputmode": "numeric"} if self.control == "number" else {}
        return kind | ({"required": True} if self.required else {}) | self.limits.attributes

    @property
    def said(self) -> str:
        """What to enter: the schema's own description, and the limits in the reader's language."""
        return " ".join(filter(None, (self.hint and sentence(self.hint), *self.limits.words)))

    def shown(self, text: str) -> str:
        """A value as people read it."""
        if self.control == "switch":
            return _("Yes") if text == "true" else _("No")
        return self.choices.get(text, text)


class ProductFields:
    """The fields of products, each made once of a product and version, which stays the same: a schema may be large."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[UUID, int], list[Field]] = OrderedDict()

    def kept(self, product: ProductName) -> list[Field] | None:
        return self._kept.get((product.id, product.version))

    def of(self, product: Product) -> list[Field] | None:
        """None where the stored schema cannot be read, or is not one that provisioning would publish."""
        if (found := self.kept(product)) is not None or product.configuration_schema is None:
            return found
        try:
            found = self._kept[product.id, product.version] = fields_of(product.configuration_schema)
        except (AttributeError, KeyError, TypeError, RecursionError):
            return None
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found


def fields_of(schema: dict[str, Any]) -> list[Field]:
    """The schema's top-level properties, in its order."""
    required = set(schema.get("required", []))
    return [_field(name, about, name in required) for name, about in properties_of(schema).items()]


def labels_of(fields: Iterable[Field]) -> dict[str, str]:
    """What people call the fields of a configuration, by name."""
    return {field.name.removeprefix(PREFIX): field.label for field in fields}


def properties_of(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
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
    typed = control in ("text", "number")
    return Field(
        name=PREFIX + name,
        label=about.get("title") or words(name),
        hint=about.get("description", ""),
        control=control,
        default=text_of(about.get("default", about.get("const", ""))),
        required=required,
        choices=_choices(about),
        limits=Limits.of(about) if typed else Limits(),
    )


def _control(about: dict[str, Any]) -> str:
    if "enum" in about or "oneOf" in about:
        return "select"
    return {"integer": "number", "number": "number", "boolean": "switch"}.get(about.get("type", ""), "text")


def _choices(about: dict[str, Any]) -> dict[str, str]:
    """From ``enum`` values, or from ``oneOf`` with titles."""
    titled = {text_of(one["const"]): one.get("title", text_of(one["const"])) for one in about.get("oneOf", [])}
    return titled or {text_of(value): text_of(value) for value in about.get("enum", [])}


def text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
