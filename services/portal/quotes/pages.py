"""The quotes of a customer: asking, reading, answering, writing."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import ThingMissing, read_thing
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.quotes import Quote
from services.portal.configuration import described, quantity_of
from services.portal.forms import Form, read_form
from services.portal.orders.drafts import Draft, DraftTooLong, opened
from services.portal.orders.offers import read_offer
from services.portal.problem_words import Words
from services.portal.quotes.table import QUOTES
from services.portal.quotes.views import AskForQuote, QuoteList, QuotePage, ShownLine, configured
from services.portal.refusals import words_of
from services.portal.rendering import back_with, download, page, see_other
from services.portal.sending import send_form
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()
LIST, ONE = "/w/{slug}/quotes", "/w/{slug}/quotes/{quote_id}"
WISH_REFUSED = (404, 409, 422)


@router.get(LIST)
async def quotes(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(QUOTES, request.query_params, viewer)
    asked: dict[str, Any] = {**state.filters, "cursor": state.cursor, "limit": PAGE_SIZE}
    found = await section(viewer, "quote.view", lambda: viewer.services.billing.quotes(**asked))
    return list_page(request, QuoteList(TableView(QUOTES, state, found, viewer, viewer.path("quotes"))))


@router.get(LIST + "/new")
async def ask(request: Request, viewer: InWorkspace, product: str = "", draft: str = "") -> Response:
    """``draft`` is what was entered in the form of an order of the product."""
    return await _ask(request, viewer, Form({"product": product, "draft": draft}))


@router.post(LIST + "/from-order/{product_key}")
async def keep(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """From the form of an order, with what was entered in it."""
    form = await read_form(request)
    try:
        sealed = Draft.of(viewer, product_key, form).sealed(request)
    except DraftTooLong:
        sealed = ""
    return see_other(viewer.path("quotes/new?" + urlencode({"product": product_key, "draft": sealed})))


@router.post(LIST + "/new")
async def send(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    wished = await _wished(request, viewer, form)
    payer = form.value("bill_group_id")
    try:
        group_id = UUID(payer) if payer else None
        made = await viewer.services.billing.request_quote(form.value("wish"), wished, group_id, form.key)
    except ValueError:
        return await _ask(request, viewer, form.objected("bill_group_id", _("Choose one of the options.")), 422)
    except Refused as refusal:
        if refusal.status not in WISH_REFUSED:
            raise
        return await _ask(request, viewer, form.refused(refusal), refusal.status)
    browser_of(request).say(
        _("You have asked for quote %(number)s. You get a mail with the offer.", number=made.number)
    )
    return see_other(viewer.path(f"quotes/{made.id}"))


async def _wished(request: Request, viewer: Viewer, form: Form) -> dict[str, Any] | None:
    """What was entered in the form of an order; None where that cannot be ordered, or is too old."""
    key = form.value("product")
    begun = opened(request, viewer, key, form.value("draft")) if form.value("draft") else None
    if begun is None:
        return None
    wanted = (await read_offer(request, viewer, key)).wanted(begun.form)
    if isinstance(wanted, Form):
        return None
    return wanted.model_dump(mode="json", include={"plan_version_id", "configuration", "quantity"})


async def _ask(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    key, draft = form.value("product"), form.value("draft")
    begun = opened(request, viewer, key, draft) if draft else None
    groups = await section(viewer, "money.view", viewer.services.billing.bill_groups)
    payers = [group for group in groups.content or () if not group.is_closed]
    if begun is None:
        return page(request, AskForQuote(form, payers, None, [], ""), status)
    offer = await read_offer(request, viewer, key)
    about = [*quantity_of(offer.quantity(begun.form)), *described(offer.configuration(begun.form), offer.fields)]
    return page(request, AskForQuote(form, payers, offer.product, about, draft), status)


@router.get(ONE)
async def quote(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    return await _quote(request, viewer, quote_id)


async def _quote(
    request: Request, viewer: Viewer, quote_id: UUID, status: int = 200, *, accept: Form | None = None,
    decline: Form | None = None, write: Form | None = None,
) -> Response:  # fmt: skip
    """The page, with what a refused form says."""
    thing = await read_thing(viewer, "quote.view", quote_id, lambda: viewer.services.billing.quote(quote_id))
    if not thing.found.ready:
        missing = ThingMissing(thing.found, thing.history, _("Quote"), viewer.path("quotes"), _("Quotes"), "quotes")
        return page(request, missing, thing.status)
    found = thing.found.value
    lines = [ShownLine(line, configured(line.configuration)) for line in found.offer.lines] if found.offer else []
    forms = (accept or Form(), decline or Form(), write or Form())
    return page(request, QuotePage(found, lines, failure_of(found), *forms, thing.history), status)


def failure_of(quote: Quote) -> Words | None:
    """Why it could not be ordered, in the reader's language; None: it is ordered, or nothing is in the way."""
    return words_of(quote.order_failure.replace("-", "_"), 409, "") if quote.order_failure else None


@router.get(ONE + "/pdf")
async def pdf(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    try:
        return await download(viewer.services.billing.offer_pdf(quote_id), f"quote-{quote_id}.pdf")
    except Refused as refusal:
        return back_with(request, refusal, viewer.path(f"quotes/{quote_id}"), 409)


@router.post(ONE + "/accept")
async def accept(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    if form.value("confirmed") != "true":
        wrong = form.objected("confirmed", _("Confirm that everything of the offer shall be ordered."))
        return await _quote(request, viewer, quote_id, 422, accept=wrong)
    name, po_number = form.value("name"), form.value("po_number")
    return await send_form(
        request, form, viewer.services.billing.accept_quote(quote_id, _version(form), name, po_number, form.key),
        refused=lambda wrong, status: _quote(request, viewer, quote_id, status, accept=wrong),
        said=lambda done: _("You have accepted quote %(number)s. It is being ordered.", number=done.number),
        path=viewer.path(f"quotes/{quote_id}"),
    )  # fmt: skip


@router.post(ONE + "/decline")
async def decline(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.billing.decline_quote(quote_id, _version(form), form.value("reason")),
        refused=lambda wrong, status: _quote(request, viewer, quote_id, status, decline=wrong),
        said=lambda done: _("You have declined quote %(number)s.", number=done.number),
        path=viewer.path(f"quotes/{quote_id}"),
    )  # fmt: skip


@router.post(ONE + "/withdraw")
async def take_back(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    try:
        done = await viewer.services.billing.take_quote_back(quote_id)
    except Refused as refusal:
        return back_with(request, refusal, viewer.path(f"quotes/{quote_id}"), 409)
    browser_of(request).say(_("You have taken quote %(number)s back.", number=done.number))
    return see_other(viewer.path(f"quotes/{quote_id}"))


@router.post(ONE + "/messages")
async def write(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.billing.write_about_quote(quote_id, form.value("body"), form.key),
        refused=lambda wrong, status: _quote(request, viewer, quote_id, status, write=wrong),
        said=lambda _done: _("Your message is sent."),
        path=viewer.path(f"quotes/{quote_id}"),
    )  # fmt: skip


def _version(form: Form) -> int:
    """Of the offer that was shown; the first one where the form names none."""
    return max(1, form.version("offer_version"))
