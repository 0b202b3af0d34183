"""Ordering in three pages: product, configuration, review. Each is an answer to GET, so that Back and reloading send no
form again: what was entered, and the key that places the order once, are in the address (drafts.py)."""

import asyncio
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.configuration import described, quantity_of
from services.portal.formatting import sentence
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.orders.along import totals
from services.portal.orders.by_hand import wishes
from services.portal.orders.drafts import REVIEWABLE_SECONDS, Draft, DraftTooLong, opened
from services.portal.orders.offers import Offer, read_along_with, read_offer, read_price
from services.portal.orders.views import Catalogue, OrderForm, PriceSummary, Review
from services.portal.product_fields import PREFIX
from services.portal.rendering import back_with, page, part, see_other
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/orders/new")
async def catalogue(
    request: Request, viewer: InWorkspace, cursor: str = "", location_id: UUID | None = None
) -> Response:
    """``location_id`` is where it shall be deployed, if that was said already."""
    products = await section(viewer, "service.view", lambda: viewer.services.provisioning.products(cursor=cursor))
    return page(request, Catalogue(products, cursor, location_id))


@router.get("/w/{slug}/orders/new/{product_key}")
async def configure(request: Request, viewer: InWorkspace, product_key: str, draft: str = "") -> Response:
    """The form: empty, with the entries of its own update, or with a draft's and what is wrong with them."""
    begun = opened(request, viewer, product_key, draft) if draft else None
    entries = {name: value.strip() for name, value in request.query_params.items() if name != "draft"}
    offer = await read_offer(request, viewer, product_key, _part_of(begun.form if begun else Form(entries)))
    if begun is None:
        return await _configure(request, viewer, offer, Form(entries))
    _, form = await _checked(viewer, offer, begun)
    return await _configure(request, viewer, offer, form)


@router.get("/w/{slug}/orders/new/{product_key}/price")
async def price(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """The price of the entries, which the form shows beside them."""
    form = Form(dict(request.query_params))
    offer = await read_offer(request, viewer, product_key, _part_of(form))
    found, along = await asyncio.gather(read_price(viewer, offer, form), read_along_with(viewer, offer, form))
    return part(request, PriceSummary(offer.product, found, along, totals(found, along)))


@router.post("/w/{slug}/orders/new/{product_key}")
async def keep(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """On to the review of what was entered."""
    form = await read_form(request)
    try:
        sealed = Draft.of(viewer, product_key, form).sealed(request)
    except DraftTooLong:
        offer = await read_offer(request, viewer, product_key, _part_of(form))
        message = _("This is more text than an order can hold. Shorten the longest entries.")
        return await _configure(request, viewer, offer, Form(form.values, message=message), 422)
    return see_other(_path(viewer, product_key, "/review", sealed))


@router.get("/w/{slug}/orders/new/{product_key}/review")
async def review(request: Request, viewer: InWorkspace, product_key: str, draft: str = "") -> Response:
    begun = opened(request, viewer, product_key, draft, REVIEWABLE_SECONDS)
    if begun is None:
        return see_other(_path(viewer, product_key, "", draft))
    offer = await read_offer(request, viewer, product_key, _part_of(begun.form))
    if offer.missing:
        return await _configure(request, viewer, offer, begun.form, offer.missing)
    return await _review(request, viewer, offer, begun, draft)


async def _review(
    request: Request, viewer: Viewer, offer: Offer, begun: Draft, draft: str, entered: Form | None = None
) -> Response:
    (placed, form), found, along = await asyncio.gather(
        _checked(viewer, offer, begun),
        read_price(viewer, offer, begun.form),
        read_along_with(viewer, offer, begun.form),
    )
    plan = offer.plan(begun.form)
    if form.failed or (plan is None and placed is None):
        return see_other(_path(viewer, offer.product.key, "", draft))
    about = [*quantity_of(offer.quantity(form)), *described(offer.configuration(form), offer.fields)]
    about += wishes(offer, form)
    asked = entered or Form()
    payer = None if offer.whole else offer.payer(form)
    shown = Review(
        offer.product,
        found,
        along,
        totals(found, along),
        plan,
        about,
        payer,
        offer.whole,
        offer.site(form),
        offer.location(form),
        form,
        asked,
        draft,
        placed,
    )
    return page(request, shown, 422 if asked.failed else 200)


@router.post("/w/{slug}/orders/new/{product_key}/review")
async def place(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """Place the order of the draft, or ask for it; or find the one that was placed with it."""
    entered = await read_form(request)
    draft = entered.value("draft")
    begun = opened(request, viewer, product_key, draft, REVIEWABLE_SECONDS)
    if begun is None:
        return see_other(_path(viewer, product_key, "", draft))
    offer = await read_offer(request, viewer, product_key, _part_of(begun.form))
    wanted = offer.wanted(begun.form)
    if isinstance(wanted, Form):
        return see_other(_path(viewer, product_key, "", draft))
    try:
        if viewer.must_ask(offer.permission) and not offer.product.by_hand:
            wanted.message = entered.value("message")
        placed = await viewer.services.provisioning.place_order(wanted, begun.key)
    except Refused as refusal:
        if [error.pointer for error in refusal.errors] == ["/message"]:
            return await _review(request, viewer, offer, begun, draft, entered.refused(refusal))
        return _not_placed(request, viewer, refusal, product_key, draft)
    except ServiceDown:
        browser_of(request).say(_("The order could not be confirmed. Send it again; it is placed once only."), "bad")
        return see_other(_path(viewer, product_key, "/review", draft))
    if placed.awaits_approval:
        browser_of(request).say(_("Order %(number)s waits for approval. You get a mail.", number=placed.number))
    elif placed.awaits_acknowledgement:
        said = _("Order %(number)s is placed, and waits to be confirmed. You get a mail.", number=placed.number)
        browser_of(request).say(said)
    else:
        browser_of(request).say(_("Order %(number)s is placed.", number=placed.number))
    return see_other(viewer.path(f"orders/{placed.id}"))


def _not_placed(request: Request, viewer: Viewer, refusal: Refused, product_key: str, draft: str) -> Response:
    """To the form, which says what is wrong with what was entered; or back, where that is not the reason."""
    if refusal.status not in IN_THE_FORM:
        raise refusal
    if refusal.kind == "too_many_waiting":
        return back_with(request, refusal, _path(viewer, product_key, "/review", draft), 409)
    return see_other(_path(viewer, product_key, "", draft))


def _path(viewer: Viewer, product_key: str, step: str, draft: str) -> str:
    return viewer.path(f"orders/new/{product_key}{step}?{urlencode({'draft': draft})}")


async def _checked(viewer: Viewer, offer: Offer, draft: Draft) -> tuple[UUID | None, Form]:
    """The order that was placed with the draft already, and the form with what an order would be refused for."""
    wanted = offer.wanted(draft.form)
    if isinstance(wanted, Form):
        return None, wanted
    try:
        return (await viewer.services.provisioning.check_order(wanted, draft.key)).placed_order_id, draft.form
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return None, draft.form.refused(refusal)


async def _configure(request: Request, viewer: Viewer, offer: Offer, form: Form, status: int = 200) -> Response:
    form = replace(form, errors=_with_hints(form, offer))
    found, along = await asyncio.gather(read_price(viewer, offer, form), read_along_with(viewer, offer, form))
    return page(request, OrderForm(offer.product, found, along, totals(found, along), offer, form), status)


def _part_of(form: Form) -> str:
    """The service that an add-on is ordered for."""
    return form.value("part_of")


def _with_hints(form: Form, offer: Offer) -> dict[str, str]:
    """An error stands in the place of its field's hint, which says what is asked for. So does what the plan is for."""
    hints = {field.name: sentence(field.said) for field in offer.fields.content or () if field.said}
    plan = offer.plan(form)
    if plan and plan.terms:
        hints |= {f"{PREFIX}{name}": sentence(said) for name, said in zip(plan.terms, offer.terms(plan), strict=True)}
    return {name: f"{text} {hints[name]}" if name in hints else text for name, text in form.errors.items()}
