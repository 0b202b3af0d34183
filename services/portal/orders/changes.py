"""Changing a service in two pages: the form, and the review of what becomes different and what it costs (K8). As with
new orders, what was entered and the key that orders it once are in the address (drafts.py)."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.clients.agreeing import Order
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.orders.change_offers import ChangeOffer, read_change_offer, read_change_price
from services.portal.orders.change_views import ChangeForm, ChangePrice, ChangeReview
from services.portal.orders.differences import differences
from services.portal.orders.drafts import REVIEWABLE_SECONDS, Draft, DraftTooLong, opened
from services.portal.rendering import back_with, page, part, see_other
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}/change"


@router.get(PATH)
async def configure(request: Request, viewer: InWorkspace, service_id: UUID, draft: str = "") -> Response:
    """The form: as the service is, with the entries of its own update, or with a draft's and what is wrong with
    them."""
    offer = await read_change_offer(request, viewer, service_id)
    viewer.require(offer.service.change_permission)
    begun = opened(request, viewer, _product(service_id), draft) if draft else None
    if begun is not None:
        return await _configure(request, viewer, offer, await _checked(viewer, offer, begun.form))
    entered = {name: value.strip() for name, value in request.query_params.items() if name != "draft"}
    return await _configure(request, viewer, offer, Form(entered) if entered else offer.present)


@router.get(PATH + "/price")
async def price(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """The price of the entries, which the form shows beside them."""
    offer = await read_change_offer(request, viewer, service_id)
    viewer.require(offer.service.change_permission)
    wanted = offer.wanted(Form(dict(request.query_params)))
    return part(request, ChangePrice(await read_change_price(viewer, wanted)))


@router.post(PATH)
async def keep(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """On to the review of what was entered."""
    form = await read_form(request)
    try:
        sealed = Draft.of(viewer, _product(service_id), form).sealed(request)
    except DraftTooLong:
        offer = await read_change_offer(request, viewer, service_id)
        message = _("This is more text than an order can hold. Shorten the longest entries.")
        return await _configure(request, viewer, offer, Form(form.values, message=message), 422)
    return see_other(_path(viewer, service_id, "/review", sealed))


@router.get(PATH + "/review")
async def review(request: Request, viewer: InWorkspace, service_id: UUID, draft: str = "") -> Response:
    return await _review(request, viewer, service_id, draft)


async def _review(
    request: Request, viewer: Viewer, service_id: UUID, draft: str, entered: Form | None = None
) -> Response:
    begun = opened(request, viewer, _product(service_id), draft, REVIEWABLE_SECONDS)
    if begun is None:
        return see_other(_path(viewer, service_id, "", draft))
    offer = await read_change_offer(request, viewer, service_id)
    viewer.require(offer.service.change_permission)
    wanted = offer.wanted(begun.form)
    if isinstance(wanted, Form) or (await _checked(viewer, offer, begun.form)).failed:
        return see_other(_path(viewer, service_id, "", draft))
    service, plan = offer.service, offer.plan(begun.form)
    quantities = (service.quantity, wanted.quantity)
    differs = differences(service.configuration, wanted.configuration, offer.fields, quantities)
    price, asking = await read_change_price(viewer, wanted), entered or Form()
    name = plan.display_name if plan else ""
    return page(request, ChangeReview(price, service, differs, name, asking, draft), 422 if asking.failed else 200)


@router.post(PATH + "/review")
async def order(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """Order the change of the draft, or ask for it."""
    entered = await read_form(request)
    draft = entered.value("draft")
    begun = opened(request, viewer, _product(service_id), draft, REVIEWABLE_SECONDS)
    if begun is None:
        return see_other(_path(viewer, service_id, "", draft))
    offer = await read_change_offer(request, viewer, service_id)
    wanted = offer.wanted(begun.form)
    if isinstance(wanted, Form):
        return see_other(_path(viewer, service_id, "", draft))
    wanted.message = entered.value("message") if viewer.must_ask(offer.service.change_permission) else ""
    try:
        add_on = offer.service.is_add_on
        ordered = await viewer.services.provisioning.order_change(wanted, begun.key, add_on=add_on)
    except Refused as refusal:
        if [error.pointer for error in refusal.errors] == ["/message"]:
            return await _review(request, viewer, service_id, draft, entered.refused(refusal))
        return _not_ordered(request, viewer, refusal, service_id, draft)
    except ServiceDown:
        browser_of(request).say(_("The order could not be confirmed. Send it again; it is placed once only."), "bad")
        return see_other(_path(viewer, service_id, "/review", draft))
    browser_of(request).say(said_of(ordered))
    return see_other(viewer.path(f"orders/{ordered.id}"))


def said_of(ordered: Order) -> str:
    if ordered.awaits_approval:
        return _("Order %(number)s waits for approval. You get a mail.", number=ordered.number)
    return _("Order %(number)s is placed.", number=ordered.number)


def _not_ordered(request: Request, viewer: Viewer, refusal: Refused, service_id: UUID, draft: str) -> Response:
    """To the form, which says what is wrong with what was entered; or to the service, where that is not the reason."""
    if refusal.status == 422 or refusal.kind in ("plan_superseded", "plan_no_longer_offered", "nothing_changes"):
        return see_other(_path(viewer, service_id, "", draft))
    return back_with(request, refusal, viewer.path(f"services/{service_id}"), 409)


async def _checked(viewer: Viewer, offer: ChangeOffer, form: Form) -> Form:
    """The form with what a change would be refused for."""
    wanted = offer.wanted(form)
    if isinstance(wanted, Form):
        return wanted
    try:
        await viewer.services.provisioning.check_change(wanted, add_on=offer.service.is_add_on)
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return form.refused(refusal)
    return form


async def _configure(request: Request, viewer: Viewer, offer: ChangeOffer, form: Form, status: int = 200) -> Response:
    price = await read_change_price(viewer, offer.wanted(replace(form, errors={})))
    return page(request, ChangeForm(price, offer, form), status)


def _product(service_id: UUID) -> str:
    """What a draft is of."""
    return f"change {service_id}"


def _path(viewer: Viewer, service_id: UUID, step: str, draft: str) -> str:
    return viewer.path(f"services/{service_id}/change{step}?{urlencode({'draft': draft})}")
