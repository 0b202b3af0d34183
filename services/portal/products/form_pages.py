"""Publishing and changing a product: one form, whose buttons also build the fields of its configuration."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.catalogue import Brings, CatalogueProduct, Product, ProductChange
from services.portal.configuration import Property
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.orders.offers import Offer
from services.portal.product_fields import fields_of
from services.portal.products.entries import NEW, Entered, entered, entered_schema, refused, values_of, written
from services.portal.products.json_places import NotJson, read_object
from services.portal.products.pages import PATH, PERMISSION, products_path, read_plans
from services.portal.products.relations import MORE, rows_shown
from services.portal.products.schema_rows import changed, is_closed, read_rows, row_values, rows_of
from services.portal.products.views import ProductForm, ProductPreview
from services.portal.products.words import (
    counting_options,
    field_types,
    kind_options,
    product_options,
    resource_options,
)
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.vocabulary import DRIVERS
from shared.language import gettext as _

router = APIRouter()

FIXED = ("key", "kind", "driver", "counting")
"""What never changes of a product."""
MOST_ENTRIES = 2000
"""Of a form with many rows."""
UNPUBLISHED = UUID(int=0)


@router.get(PATH + "/new")
async def new_product(request: Request, viewer: InWorkspace) -> Response:
    return await _page(request, viewer, None, Form(dict(NEW)))


@router.get(PATH + "/{product_key}/edit")
async def edit_product(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    product = await viewer.services.provisioning.catalogue_product(product_key)
    return await _page(request, viewer, product, Form(values_of(product)))


@router.post(PATH + "/new")
async def publish_product(request: Request, viewer: InWorkspace) -> Response:
    return await _sent(request, viewer, None)


@router.post(PATH + "/{product_key}/edit")
async def change_product(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    product = await viewer.services.provisioning.catalogue_product(product_key)
    return await _sent(request, viewer, product)


async def _sent(request: Request, viewer: Viewer, product: CatalogueProduct | None) -> Response:
    """What the pressed button asks for: another row, the other view, a preview, or saving."""
    form = await read_form(request, MOST_ENTRIES)
    if product:
        form.values |= {name: values_of(product)[name] for name in FIXED}
    act = form.values.pop("act", "save")
    if act not in ("save", "preview"):
        return await _page(request, viewer, product, _acted(form, act))
    found = entered(form)
    if found.errors:
        return await _page(request, viewer, product, Form(form.values, found.errors), 422)
    try:
        if act == "preview":
            await viewer.services.provisioning.check_product(found.entry)
            return await _preview(request, viewer, product, form, found)
        return see_other(await _saved(request, viewer, product, form, found))
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _page(request, viewer, product, refused(form, refusal), refusal.status)


async def _saved(request: Request, viewer: Viewer, product: CatalogueProduct | None, form: Form, found: Entered) -> str:
    """The path of the product."""
    provisioning = viewer.services.provisioning
    if product is None:
        saved = await provisioning.publish_product(found.entry, form.key)
        browser_of(request).say(_("The product is published. It can be ordered when it has a plan."))
    else:
        shown = {name: getattr(found.entry, name) for name in ProductChange.model_fields}
        saved = await provisioning.change_product(product.key, ProductChange.model_construct(**shown))
        browser_of(request).say(_("The product is saved. Services that exist keep their configuration."))
    return products_path(viewer, saved.key)


def _acted(form: Form, act: str) -> Form:
    """The form after a button that changes only what is shown."""
    if act == "as-json" and form.value("view") != "json":
        errors: dict[str, str] = {}
        schema = entered_schema(form, errors)
        if errors:
            return Form(form.values, errors, key=form.key)
        return Form(form.values | {"view": "json", "configuration_schema": written(schema)}, key=form.key)
    if act == "as-form" and form.value("view") == "json":
        return _built(form)
    if act in ("as-json", "as-form", MORE):
        return form
    return Form(form.values | row_values(changed(read_rows(form.values), act)), key=form.key)


def _built(form: Form) -> Form:
    """The JSON as rows, or the JSON with why it cannot be."""
    try:
        schema = read_object(form.value("configuration_schema"))
    except NotJson as fault:
        return Form(form.values, {"configuration_schema": fault.said}, key=form.key)
    rows = rows_of(schema)
    if rows is None:
        return form
    closed = "true" if is_closed(schema) else ""
    return Form(form.values | row_values(rows) | {"view": "form", "closed": closed}, key=form.key)


def _may_build(form: Form) -> bool:
    if form.value("view") != "json":
        return True
    try:
        return rows_of(read_object(form.value("configuration_schema"))) is not None
    except NotJson:
        return True  # what is wrong is said at the text


async def _page(
    request: Request, viewer: Viewer, product: CatalogueProduct | None, form: Form, status: int = 200
) -> Response:
    provisioning = viewer.services.provisioning
    drivers, others = await asyncio.gather(
        section(viewer, PERMISSION, provisioning.drivers),
        section(viewer, PERMISSION, lambda: provisioning.catalogue(limit=200)),
    )
    path, above = _places(viewer, product)
    rows = read_rows(form.values) if form.value("view") != "json" else []
    names = [(driver.name, DRIVERS.get(driver.name, driver.name)) for driver in drivers.content or ()]
    shown = ProductForm(
        product, form, rows, _may_build(form), kind_options(), counting_options(), field_types(), drivers, names,
        resource_options(),
        product_options(others.content.items if others.content else [], product.key if product else ""),
        range(rows_shown(form.values)),
        path,
        above,
    )  # fmt: skip
    return page(request, shown, status)


def _places(viewer: Viewer, product: CatalogueProduct | None) -> tuple[str, tuple[str, str]]:
    """The form's path, and the path and name of the page above."""
    if product is None:
        return products_path(viewer, "new"), (products_path(viewer), _("Products"))
    above = products_path(viewer, product.key)
    return f"{above}/edit", (above, product.display_name)


async def _preview(
    request: Request, viewer: Viewer, product: CatalogueProduct | None, form: Form, found: Entered
) -> Response:
    entry = found.entry
    shown = Product(
        id=product.id if product else UNPUBLISHED, key=entry.key, display_name=entry.display_name, kind=entry.kind,
        version=product.version if product else 0, description=entry.description, is_offered=True,
        billing_delay_days=entry.billing_delay_days or 0, max_quantity=entry.max_quantity, needs={},
        needs_acknowledgement=entry.needs_acknowledgement, configuration_schema=entry.configuration_schema,
        add_on_to=entry.add_on_to, brings=entry.brings,
    )  # fmt: skip
    plans = await read_plans(viewer, [product.id]) if product else Section("ready", [])
    offer = Offer(shown, plans, Section("ready", fields_of(entry.configuration_schema)), [], [])
    path, above = _places(viewer, product)
    along = await _along(viewer, entry.brings)
    return page(request, ProductPreview(offer, Form(), along, form, path, above))


async def _along(viewer: Viewer, brings: Sequence[Brings]) -> list[Property]:
    """What the order form shows of what comes along: names and quantities, with its plans."""
    found = await asyncio.gather(*(viewer.services.provisioning.catalogue_product(each.product) for each in brings))
    return [
        Property(f"{product.display_name} × {each.quantity}", ", ".join(each.plans))
        for product, each in zip(found, brings, strict=True)
    ]
