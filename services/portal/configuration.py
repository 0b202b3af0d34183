"""A configuration: from a form's texts to the schema's types, and as readable text."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import structlog
from fastapi import Request

from services.portal.clients.catalogue import Product, ProductName
from services.portal.forms import Form
from services.portal.product_fields import PREFIX, Field, properties_of, text_of
from services.portal.runtime import runtime_of
from services.portal.viewer import Section, Viewer, section
from services.portal.vocabulary import words
from shared.language import formats
from shared.language import gettext as _

log = structlog.get_logger()


def configuration_of(form: Form, schema: dict[str, Any]) -> dict[str, Any]:
    """The form's texts as the schema's types. A value that cannot be converted stays text: provisioning refuses it and
    says why."""
    configuration = {}
    for name, about in properties_of(schema).items():
        value = form.values.get(PREFIX + name, "")
        if about.get("type") == "boolean":
            configuration[name] = value == "true"
        elif value != "":
            configuration[name] = _typed(value, about)
    return configuration


def _typed(value: str, about: dict[str, Any]) -> Any:
    options = about.get("enum") or [one["const"] for one in about.get("oneOf", [])]
    for option in options:
        if text_of(option) == value:
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


async def find_fields(request: Request, viewer: Viewer, product: ProductName) -> Section[list[Field]]:
    """The fields of a product, which is read only if its version was not seen before."""
    kept = runtime_of(request).product_fields.kept(product)
    if kept is not None:
        return Section("ready", kept)
    found = await section(viewer, "service.view", lambda: viewer.services.provisioning.product(product.key))
    return fields_section(request, found.value) if found.ready else Section(found.state, reference=found.reference)


def fields_section(request: Request, product: Product) -> Section[list[Field]]:
    """The product's fields; unreadable with what support finds in the logs."""
    fields = runtime_of(request).product_fields.of(product)
    if fields is None:
        log.error("product.unreadable", product_id=str(product.id), version=product.version)
        return Section("unreadable", reference=request.state.correlation_id)
    return Section("ready", fields)


def described(configuration: dict[str, Any] | None, fields: Section[list[Field]]) -> list[Property]:
    """A configuration with the labels and in the order of its product's fields, or as it is stored while the product is
    unavailable."""
    if configuration is None:
        return [Property(_("Configuration"), _("Cannot be read. Support can tell you what it is."))]
    about = {one.name: one for one in fields.content or ()}
    places = {name: place for place, name in enumerate(about)}
    in_order = sorted(configuration.items(), key=lambda item: places.get(PREFIX + item[0], len(places)))
    return [_property(name, value, about.get(PREFIX + name)) for name, value in in_order]


def quantity_of(quantity: int | None) -> list[Property]:
    """How many, as a property of what is ordered."""
    return [Property(_("Quantity"), formats.number(quantity))] if quantity else []


def _property(name: str, value: Any, about: Field | None) -> Property:
    label, text = about.label if about else words(name), text_of(value)
    if isinstance(value, bool):
        return Property(label, _("Yes") if value else _("No"))
    return Property(label, about.shown(text) if about else text)
