"""Renewing and extending a subscription, and whether it renews by itself (K2)."""

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.agreeing import WantedRenewal
from services.portal.clients.billing import Subscription
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.refusals import words_of
from services.portal.rendering import back_with, page, see_other
from services.portal.subscriptions.views import LaterEnd
from services.portal.terms import choices_of
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()
PATH = "/w/{slug}/subscriptions/{service_id}"


@router.get(PATH + "/renew")
async def ask_to_renew(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    return await _ask(request, viewer, service_id, "renew", Form())


@router.post(PATH + "/renew")
async def renew(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form, one = await read_form(request), await _subscription(viewer, service_id)
    try:
        if viewer.must_ask("subscription.renew"):
            return await _ask_for_it(request, viewer, service_id, None, form)
        await viewer.services.billing.renew_subscription(one.id, _shown(form), form.key)
    except Refused as refusal:
        return await _again(request, viewer, service_id, "renew", form, refusal)
    return _done(request, viewer, service_id)


@router.get(PATH + "/extend")
async def ask_to_extend(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    return await _ask(request, viewer, service_id, "extend", Form())


@router.post(PATH + "/extend")
async def extend(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form, one = await read_form(request), await _subscription(viewer, service_id)
    written = form.value("months")
    months = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else 0
    try:
        if viewer.must_ask("subscription.extend"):
            return await _ask_for_it(request, viewer, service_id, months, form)
        await viewer.services.billing.extend_subscription(one.id, _shown(form), months, form.key)
    except Refused as refusal:
        return await _again(request, viewer, service_id, "extend", form, refusal)
    return _done(request, viewer, service_id)


@router.post(PATH + "/term-end")
async def choose_term_end(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form, one = await read_form(request), await _subscription(viewer, service_id)
    renews = form.value("at_term_end") == "renew"
    try:
        await viewer.services.billing.choose_term_end(one.id, "renew" if renews else "end")
    except Refused as refusal:
        return back_with(request, refusal, _of_service(viewer, service_id), 409, 422)
    browser_of(request).say(
        _("The subscription renews by itself.") if renews else _("The subscription ends with its term.")
    )
    return see_other(_of_service(viewer, service_id))


async def _ask(request: Request, viewer: Viewer, service_id: UUID, way: str, form: Form, status: int = 200) -> Response:
    viewer.require(f"subscription.{way}")
    viewer.require("money.view")
    one = await _subscription(viewer, service_id)
    choices = choices_of(one, datetime.now(UTC).date())
    return page(request, LaterEnd(one, choices[:1] if way == "renew" else choices, way, form), status)


async def _ask_for_it(request: Request, viewer: Viewer, service_id: UUID, months: int | None, form: Form) -> Response:
    """An order, which waits for approval."""
    shown, message = _shown(form), form.value("message")
    wanted = WantedRenewal(service_id=service_id, term_ends_on=shown, months=months, message=message)
    order = await viewer.services.provisioning.order_renewal(wanted, form.key)
    browser_of(request).say(_("Order %(number)s waits for approval. You get a mail.", number=order.number))
    return see_other(viewer.path(f"orders/{order.id}"))


def _shown(form: Form) -> date | None:
    """The end of the term that was shown, None where there was none. Raises `Refused` for what the form never had."""
    written = form.value("term_ends_on")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        words = words_of("term_changed", 409, "")
        raise Refused(409, "term_changed", words.title, words.text) from None


async def _again(
    request: Request, viewer: Viewer, service_id: UUID, way: str, form: Form, refusal: Refused
) -> Response:
    if refusal.status not in IN_THE_FORM:
        raise refusal
    return await _ask(request, viewer, service_id, way, form.refused(refusal), refusal.status)


def _done(request: Request, viewer: Viewer, service_id: UUID) -> Response:
    browser_of(request).say(_("The term of the subscription ends later now."))
    return see_other(_of_service(viewer, service_id))


async def _subscription(viewer: Viewer, service_id: UUID) -> Subscription:
    found = await viewer.services.billing.subscriptions(service_id=service_id, limit=1)
    if not found.items:
        raise Refused(404, "not_found", _("Not found"), _("Nothing is billed for this service."))
    return found.items[0]


def _of_service(viewer: Viewer, service_id: UUID) -> str:
    return viewer.path(f"services/{service_id}")
