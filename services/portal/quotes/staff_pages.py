"""The quotes of all customers, for the provider's staff: reading, offering, revising, withdrawing, writing."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.quotes import QuoteDraft, SellersQuote
from services.portal.customers.account_paths import PROVIDER_ACCOUNT, account_path
from services.portal.forms import Form, read_form
from services.portal.quotes.pages import failure_of
from services.portal.quotes.table import ALL_QUOTES
from services.portal.quotes.views import (
    AllQuotes,
    BeginQuote,
    SellersQuotePage,
    ShownDraftLine,
    ShownLine,
    configured,
)
from services.portal.rendering import back_with, download, page, see_other
from services.portal.sending import send_form
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()
LIST, ONE = "/provider/{slug}/quotes", "/provider/{slug}/quotes/{quote_id}"


def path_of(viewer: Viewer, quote_id: UUID) -> str:
    return ONE.format(slug=viewer.workspace.slug, quote_id=quote_id)


@router.get(LIST)
async def all_quotes(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(ALL_QUOTES, request.query_params, viewer)
    asked: dict[str, Any] = {**state.filters, "cursor": state.cursor, "limit": PAGE_SIZE}
    found = await section(viewer, "bill_group.view", lambda: viewer.services.billing.all_quotes(**asked))
    table = TableView(ALL_QUOTES, state, found, viewer, LIST.format(slug=viewer.workspace.slug))
    return list_page(request, AllQuotes(table))


@router.get(PROVIDER_ACCOUNT + "/quotes/new")
async def begin(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    return await _begin(request, viewer, customer_id, Form())


@router.post(PROVIDER_ACCOUNT + "/quotes/new")
async def begun(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    form = await read_form(request)
    group = form.value("bill_group_id")
    try:
        group_id = UUID(group) if group else None
    except ValueError:
        objected = form.objected("bill_group_id", _("Choose one of the options."))
        return await _begin(request, viewer, customer_id, objected, 422)
    return await send_form(
        request, form, viewer.services.billing.begin_quote(customer_id, group_id, form.key),
        refused=lambda wrong, status: _begin(request, viewer, customer_id, wrong, status),
        said=lambda made: _("Quote %(number)s is begun. Add what you offer.", number=made.number),
        path=lambda made: path_of(viewer, made.id),
    )  # fmt: skip


async def _begin(request: Request, viewer: Viewer, customer_id: UUID, form: Form, status: int = 200) -> Response:
    customer, groups = await asyncio.gather(
        viewer.services.identity.customer(customer_id), viewer.services.billing.customer_groups(customer_id)
    )
    named = [(str(each.id), f"{each.display_name}, {each.currency}") for each in groups if not each.is_closed]
    return page(request, BeginQuote(customer.display_name, account_path(viewer, customer_id), form, named), status)


@router.get(ONE)
async def quote(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    return await quote_page(request, viewer, quote_id)


async def quote_page(
    request: Request, viewer: Viewer, quote_id: UUID, status: int = 200, *, draft: Form | None = None,
    write: Form | None = None, note: Form | None = None, withdraw: Form | None = None,
) -> Response:  # fmt: skip
    """The page, with what a refused form says."""
    found = await viewer.services.billing.sellers_quote(quote_id)
    stored = found.draft or QuoteDraft()
    shown = SellersQuotePage(
        quote_path=path_of(viewer, quote_id),
        quote=found,
        lines=[ShownLine(line, configured(line.configuration)) for line in found.offer.lines] if found.offer else [],
        drafted=[ShownDraftLine(at, each, configured(each.configuration)) for at, each in enumerate(stored.lines)],
        wished=configured(found.wished.configuration) if found.wished else [],
        failure=failure_of(found),
        draft=draft or _form_of(stored),
        write=write or Form(),
        note=note or Form(),
        withdraw=withdraw or Form(),
        may_manage=viewer.may("quote.manage"),
    )
    return page(request, shown, status)


def _form_of(draft: QuoteDraft) -> Form:
    until = draft.valid_until.isoformat() if draft.valid_until else ""
    return Form({"valid_until": until, "terms": draft.terms})


@router.get(ONE + "/pdf")
async def pdf(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    try:
        return await download(viewer.services.billing.sellers_offer_pdf(quote_id), f"quote-{quote_id}.pdf")
    except Refused as refusal:
        return back_with(request, refusal, path_of(viewer, quote_id), 409)


@router.post(ONE + "/draft")
async def keep_terms(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    """Keep until when the offer is valid, and what is added to it; the other button offers it at once."""
    form = await read_form(request)
    found = await viewer.services.billing.sellers_quote(quote_id)
    return await send_form(
        request, form, _keep(viewer, found, form),
        refused=lambda wrong, status: quote_page(request, viewer, quote_id, status, draft=wrong),
        said=lambda said: said,
        path=path_of(viewer, quote_id),
    )  # fmt: skip


async def _keep(viewer: Viewer, quote: SellersQuote, form: Form) -> str:
    """Returns what was done."""
    kept = await put_draft(viewer, quote, form, valid_until=form.value("valid_until"), terms=form.value("terms"))
    if form.value("then") != "offer":
        return _("The draft is saved.")
    done = await viewer.services.billing.offer_quote(quote.id, kept.version, form.key)
    return _("Quote %(number)s is offered. The customer gets a mail.", number=done.number)


async def put_draft(
    viewer: Viewer, quote: SellersQuote, form: Form, *, lines: list[dict[str, Any]] | None = None,
    valid_until: str | None = None, terms: str | None = None,
) -> QuoteDraft:  # fmt: skip
    """Keep the draft that was seen, with what is given here instead."""
    stored = quote.draft or QuoteDraft()
    version = form.version("draft_version", stored.version)
    kept = [line.model_dump(mode="json") for line in stored.lines] if lines is None else lines
    until = (stored.valid_until.isoformat() if stored.valid_until else None) if valid_until is None else valid_until
    said = stored.terms if terms is None else terms
    return await viewer.services.billing.put_quote_draft(quote.id, version, kept, until or None, said)


@router.post(ONE + "/revise")
async def revise(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    work = viewer.services.billing.revise_quote(quote_id)
    return await _done(request, viewer, quote_id, work, _("It is a draft again. The former offer is superseded."))


@router.post(ONE + "/order-again")
async def order_again(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    work = viewer.services.billing.order_quote_again(quote_id, form.key)
    return await _done(request, viewer, quote_id, work, _("It is being ordered again."))


async def _done(request: Request, viewer: Viewer, quote_id: UUID, work: Awaitable[object], said: str) -> Response:
    try:
        await work
    except Refused as refusal:
        return back_with(request, refusal, path_of(viewer, quote_id), 409)
    browser_of(request).say(said)
    return see_other(path_of(viewer, quote_id))


@router.post(ONE + "/withdraw")
async def withdraw(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.billing.withdraw_quote(quote_id, form.value("reason")),
        refused=lambda wrong, status: quote_page(request, viewer, quote_id, status, withdraw=wrong),
        said=lambda _done: _("The quote is withdrawn. The customer gets a mail."),
        path=path_of(viewer, quote_id),
    )  # fmt: skip


@router.post(ONE + "/messages")
async def write(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.billing.write_to_customer(quote_id, form.value("body"), form.key),
        refused=lambda wrong, status: quote_page(request, viewer, quote_id, status, write=wrong),
        said=lambda _done: _("Your message is sent."),
        path=path_of(viewer, quote_id),
    )  # fmt: skip


@router.post(ONE + "/notes")
async def note(request: Request, viewer: InWorkspace, quote_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.billing.write_quote_note(quote_id, form.value("body"), form.key),
        refused=lambda wrong, status: quote_page(request, viewer, quote_id, status, note=wrong),
        said=lambda _done: _("The note is saved. The customer does not see it."),
        path=path_of(viewer, quote_id),
    )  # fmt: skip
