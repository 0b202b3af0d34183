"""The entries of how a product belongs to others: what it is an add-on to, and a row for each that it brings along."""

import json
from collections.abc import Mapping

from services.portal.clients.catalogue import Brings, CatalogueProduct
from services.portal.forms import Form
from services.portal.products.json_places import NotJson, read_object
from shared.language import gettext as _

ADD_ON = "add-on-to."
"""Before a product's key: whether this one is an add-on to it."""
MOST_BROUGHT = 5
MORE = "bring-more"
"""The button for another row."""
ENTRIES = ("product", "plans", "quantity", "configuration", "copied")


def row_entry(n: int, name: str) -> str:
    """The form's name of an entry of a row."""
    return f"brings-{n}-{name}"


def relation_values(product: CatalogueProduct) -> dict[str, str]:
    """The entries of a product that exists."""
    found = {ADD_ON + key: "true" for key in product.add_on_to}
    for n, brings in enumerate(product.brings):
        copied = "\n".join(f"{name}: {source}" for name, source in brings.copied.items())
        fixed = json.dumps(brings.configuration, ensure_ascii=False) if brings.configuration else ""
        texts = (brings.product, ", ".join(brings.plans), str(brings.quantity), fixed, copied)
        found |= {row_entry(n, name): text for name, text in zip(ENTRIES, texts, strict=True)}
    return found


def rows_shown(values: Mapping[str, str]) -> int:
    """Those that are filled in, and another one."""
    filled = [n for n in range(MOST_BROUGHT) if values.get(row_entry(n, "product"))]
    return min(max(filled, default=-1) + 2, MOST_BROUGHT)


def entered_wholes(form: Form) -> list[str]:
    """The keys of the products to which it is an add-on."""
    return [name.removeprefix(ADD_ON) for name, value in form.values.items() if name.startswith(ADD_ON) and value]


def filled_rows(form: Form) -> list[int]:
    """The rows that name a product, in their order: what a refusal counts."""
    return [n for n in range(MOST_BROUGHT) if form.value(row_entry(n, "product"))]


def entered_brings(form: Form, errors: dict[str, str]) -> list[Brings]:
    return [_brings(form, n, errors) for n in filled_rows(form)]


def _brings(form: Form, n: int, errors: dict[str, str]) -> Brings:
    quantity = form.value(row_entry(n, "quantity")) or "1"
    if not (quantity.isascii() and quantity.isdecimal() and len(quantity) < 5):
        errors[row_entry(n, "quantity")], quantity = _("Enter a whole number."), "1"
    fixed, configuration = form.value(row_entry(n, "configuration")), {}
    try:
        configuration = read_object(fixed) if fixed else {}
    except NotJson as fault:
        errors[row_entry(n, "configuration")] = fault.said
    plans = [each.strip() for each in form.value(row_entry(n, "plans")).split(",") if each.strip()]
    if not plans:
        errors[row_entry(n, "plans")] = _("Name at least one plan.")
    return Brings(
        product=form.value(row_entry(n, "product")), plans=plans, configuration=configuration,
        copied=_copied(form, row_entry(n, "copied"), errors), quantity=int(quantity),
    )  # fmt: skip


def _copied(form: Form, name: str, errors: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, text in enumerate(filter(str.strip, form.value(name).splitlines()), 1):
        field, colon, source = (part.strip() for part in text.partition(":"))
        if not (colon and field and source) or field in found:
            errors[name] = _("Line %(line)s is not a field, a colon and another field.", line=line)
        found[field] = source
    return found


def entry_of(form: Form, path: list[str]) -> str:
    """The form's name of what a pointer into ``add_on_to`` or ``brings`` leads to."""
    n = int(path[1]) if len(path) > 1 and path[1].isdecimal() else -1
    if path[0] == "add_on_to":
        keys = entered_wholes(form)
        return ADD_ON + keys[n] if 0 <= n < len(keys) else "add_on_to"
    rows = filled_rows(form)
    if not 0 <= n < len(rows):
        return row_entry(0, "product")
    about = path[2] if len(path) > 2 and path[2] in ENTRIES else "product"
    return row_entry(rows[n], about)
