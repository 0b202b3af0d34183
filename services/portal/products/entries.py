"""The form of a product: what was entered as what provisioning takes, and a refusal at the entries that it is about."""

import json
from dataclasses import dataclass
from typing import Any, cast

from services.portal.clients import Refused
from services.portal.clients.catalogue import CatalogueProduct, Connection, ProductEntry
from services.portal.forms import Form
from services.portal.products.json_places import NotJson, place_of, read_object
from services.portal.products.relations import entered_brings, entered_wholes, entry_of, relation_values
from services.portal.products.schema_rows import entry_name, is_closed, read_rows, row_values, rows_of, schema_of
from services.portal.resources import RESOURCES
from shared.events.provisioning import ServiceKind
from shared.language import gettext as _

COUNTED: dict[str, tuple[Connection | None, bool]] = {
    "": (None, False),
    "hosted": ("hosted", False),
    "dedicated": ("dedicated", False),
    "dedicated_port": ("dedicated", True),
}
"""How a product counts, as its connection and whether it is a port too (D8)."""
OF_KEYWORD = {
    "pattern": "pattern", "enum": "choices", "oneOf": "choices", "minimum": "minimum", "maximum": "maximum",
    "minLength": "minimum", "maxLength": "maximum", "multipleOf": "step", "title": "title", "default": "default",
    "description": "description", "type": "type",
}  # fmt: skip
"""The entry of a row that says a keyword of its schema."""
DOCUMENTS = ("configuration_schema", "driver_options")
NEEDED = "needs."
"""Before a resource: the entry of what a service takes of it."""
NEW = {"driver_options": "{}", "max_quantity": "1000", "closed": "true", "view": "form"} | row_values([])


def written(document: dict[str, Any]) -> str:
    """JSON for a text area."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def values_of(product: CatalogueProduct) -> dict[str, str]:
    """The form of a product that exists."""
    counting = next(name for name, counted in COUNTED.items() if counted == (product.connection, product.is_also_port))
    schema = product.configuration_schema or {"type": "object"}
    rows = rows_of(schema)
    return (
        {
            "display_name": product.display_name,
            "description": product.description,
            "key": product.key,
            "kind": product.kind,
            "driver": product.driver,
            "counting": counting,
            "driver_options": written(product.driver_options),
            "billing_delay_days": str(product.billing_delay_days),
            "max_quantity": str(product.max_quantity),
            "needs_acknowledgement": "true" if product.needs_acknowledgement else "",
            "view": "json" if rows is None else "form",
            "closed": "true" if is_closed(schema) else "",
            "configuration_schema": written(schema),
        }
        | row_values(rows or [])
        | {NEEDED + name: str(need) for name, need in product.needs.items()}
        | relation_values(product)
    )


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered, and what is wrong with it before a service can be asked, by the form's names."""

    entry: ProductEntry
    errors: dict[str, str]


def entered(form: Form) -> Entered:
    errors: dict[str, str] = {}
    connection, is_also_port = COUNTED.get(form.value("counting"), (None, False))
    kind = form.value("kind")
    if (kind == "cloud_connection") != (connection is not None):
        errors["counting"] = _("Cloud connections need one, and nothing else has one.")
    schema = entered_schema(form, errors)
    entry = ProductEntry.model_construct(
        key=form.value("key"),
        kind=cast(ServiceKind, kind),
        driver=form.value("driver"),
        connection=connection,
        is_also_port=is_also_port,
        display_name=form.value("display_name"),
        description=form.value("description"),
        configuration_schema=schema,
        driver_options=_document(form, "driver_options", errors),
        billing_delay_days=_whole(form, "billing_delay_days", errors),
        max_quantity=_whole(form, "max_quantity", errors) or 0,
        needs_acknowledgement=form.value("needs_acknowledgement") == "true",
        needs=_needs(form),
        add_on_to=entered_wholes(form),
        brings=entered_brings(form, errors),
    )
    return Entered(entry, errors)


def entered_schema(form: Form, errors: dict[str, str]) -> dict[str, Any]:
    """Of the rows, or of the JSON if that was shown."""
    if form.value("view") == "json":
        return _document(form, "configuration_schema", errors)
    schema, wrong = schema_of(read_rows(form.values), closed=form.value("closed") == "true")
    errors |= wrong
    return schema


def _document(form: Form, name: str, errors: dict[str, str]) -> dict[str, Any]:
    try:
        return read_object(form.value(name))
    except NotJson as fault:
        errors[name] = fault.said
        return {}


def _whole(form: Form, name: str, errors: dict[str, str]) -> int | None:
    text = form.value(name)
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    if text or name == "max_quantity":
        errors[name] = _("Enter a whole number.")
    return None


def _needs(form: Form) -> dict[str, int | str]:
    """What a service takes: numbers, and names of fields as they were entered."""
    said = {name: form.value(NEEDED + name) for name in RESOURCES}
    return {
        name: int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else text
        for name, text in said.items()
        if text
    }


def refused(form: Form, refusal: Refused) -> Form:
    """The form with what is wrong at its entries: at the row of a field, or with line and column of JSON."""
    errors: dict[str, str] = {}
    for error in refusal.errors:
        path = [part.replace("~1", "/").replace("~0", "~") for part in error.pointer.lstrip("#").split("/")[1:]]
        name, text = _entry_at(form, path), error.text
        if name in DOCUMENTS and (place := place_of(form.value(name), path[1:])):
            text = place.says(text)
        errors.setdefault(name, text)
    if refusal.kind == "product_key_taken":
        errors = {"key": refusal.detail}
    known = {name: text for name, text in errors.items() if name in form.values}
    elsewhere = [text for name, text in errors.items() if name not in known]
    message = " ".join([refusal.detail, *elsewhere]) if elsewhere or not known else None
    return Form(form.values, known, message)


def _entry_at(form: Form, path: list[str]) -> str:
    """The form's name of what a pointer leads to."""
    top = path[0] if path else ""
    if top in ("connection", "is_also_port"):
        return "counting"
    if top == "needs" and len(path) > 1:
        return NEEDED + path[1]
    if top in ("add_on_to", "brings"):
        return entry_of(form, path)
    if top != "configuration_schema" or form.value("view") == "json":
        return top
    if len(path) > 2 and path[1] == "properties":
        names = [row.name for row in read_rows(form.values)]
        if path[2] in names:
            about = OF_KEYWORD.get(path[3], "name") if len(path) > 3 else "name"
            return entry_name(names.index(path[2]), about)
    return ""
