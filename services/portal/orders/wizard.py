"""Ordering in three pages: product, configuration, review. The server stores nothing between them: the form carries the
entries, also back."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.clients.billing import Plan
from services.portal.clients.provisioning import Product
from services.portal.configuration import configuration_of, described, fields_section
from services.portal.errors import see_other
from services.portal.forms import Form, read_form, sentence
from services.portal.product_fields import Field
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

UNAVAILABLE = {"down": 503, "locked": 403, "unreadable": 502}
"""The status of a page that is nothing without such a section."""


@router.get("/w/{slug}/orders/new")
async def catalogue(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    products = await section(viewer, "service.view", lambda: viewer.services.provisioning.products(cursor=cursor))
    return page(request, "pages/orders/catalogue.html", products=products, cursor=cursor)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product, its plans, and the fields of its form."""

    product: Product
    plans: Section[list[Plan]]
    fields: Section[list[Field]]

    @property
    def missing(self) -> int | None:
        """The status of an order that cannot go on without its plans or its form."""
        lacking = next((part for part in (self.plans, self.fields) if not part.ready), None)
        return UNAVAILABLE[lacking.state] if lacking else None

    def configuration(self, form: Form) -> dict[str, Any]:
        return configuration_of(form, self.product.configuration_schema or {})


@router.get("/w/{slug}/orders/new/{product_key}")
async def configure(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    return _configure(request, await _offer(request, viewer, product_key), Form())


@router.post("/w/{slug}/orders/new/{product_key}")
async def order(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """One form with three buttons: back to the configuration, on to the review, place the order."""
    form = await read_form(request)
    offer = await _offer(request, viewer, product_key)
    if offer.missing:
        return _configure(request, offer, form, offer.missing)
    step = form.value("step", "review")
    chosen = form.value("plan_version_id")
    plan = next((each for each in offer.plans.value if str(each.plan_version_id) == chosen), None)
    if step == "configure" or plan is None:
        form = form if step == "configure" else form.objected("plan_version_id", _("Choose a plan."))
        return _configure(request, offer, form, 422 if form.failed else 200)
    if step == "place":
        return await _place(request, viewer, offer, plan, form)
    return _review(request, offer, plan, form)


async def _place(request: Request, viewer: Viewer, offer: Offer, plan: Plan, form: Form) -> Response:
    try:
        placed = await viewer.services.provisioning.place_order(
            product_id=offer.product.id,
            plan_version_id=plan.plan_version_id,
            configuration=offer.configuration(form),
            display_name=form.value("display_name") or None,
            key=form.key,
        )
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return _configure(request, offer, form.refused(refusal), refusal.status)
    except ServiceDown:
        # With the same key: if the order was placed after all, sending the form again finds it.
        message = _("The order could not be confirmed. Send it again; it is placed once only.")
        kept = Form(form.values, message=message, key=form.key)
        return _review(request, offer, plan, kept, 503)
    browser_of(request).say(_("Order %(number)s is placed.", number=placed.number))
    return see_other(viewer.path(f"orders/{placed.id}"))


async def _offer(request: Request, viewer: Viewer, product_key: str) -> Offer:
    product = await viewer.services.provisioning.product(product_key)
    plans = await section(viewer, "money.view", lambda: viewer.services.billing.plans([product.id]))
    return Offer(product, plans, fields_section(request, product))


def _configure(request: Request, offer: Offer, form: Form, status: int = 200) -> Response:
    form = replace(form, errors=_with_hints(form.errors, offer.fields.content or []))
    return page(
        request, "pages/orders/configure.html", status,
        product=offer.product, plans=offer.plans, fields=offer.fields, form=form,
    )  # fmt: skip


def _with_hints(errors: dict[str, str], fields: list[Field]) -> dict[str, str]:
    """An error stands in the place of its field's hint, which says what is asked for."""
    hints = {each.name: sentence(each.hint) for each in fields if each.hint}
    return {name: f"{text} {hints[name]}" if name in hints else text for name, text in errors.items()}


def _review(request: Request, offer: Offer, plan: Plan, form: Form, status: int = 200) -> Response:
    configuration = described(offer.configuration(form), offer.fields)
    return page(
        request, "pages/orders/review.html", status,
        product=offer.product, plan=plan, configuration=configuration, form=form,
    )  # fmt: skip
