"""Invoices: the list, one with its lines, its PDF, and paying it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import ThingMissing, read_thing
from services.portal.billing.amounts import minor_of
from services.portal.billing.attempts import Attempts, outcome_of
from services.portal.billing.groups import bill_groups, pays_online
from services.portal.billing.statement import parties_of, references_of, taxes_of
from services.portal.billing.table import INVOICES, choosing_of, fitting
from services.portal.billing.views import DocumentState, InvoiceList, InvoicePage, InvoiceState
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.billing import BillGroup, InvoiceDetail
from services.portal.clients.http import Page
from services.portal.clients.payments import Attempt
from services.portal.forms import new_key, read_form
from services.portal.invoice_lines import told_lines
from services.portal.live_pages import live_part
from services.portal.rendering import back_with, download, page, see_other
from services.portal.runtime import runtime_of
from services.portal.tables import TableState, TableView
from services.portal.tables.bulk import chosen_ids
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/billing/invoices")
async def invoices(request: Request, viewer: InWorkspace, group: UUID | None = None) -> Response:
    fixed = {"group": str(group)} if group else {}
    state = fitting(TableState.of(INVOICES, request.query_params, viewer, fixed))
    read = viewer.services.billing.invoices
    found, groups = await asyncio.gather(
        section(
            viewer,
            "money.view",
            lambda: read(**state.asked(), bill_group_id=group, **state.page(), limit=PAGE_SIZE),
        ),
        bill_groups(viewer),
    )
    table = TableView(choosing_of(groups), state, found, viewer, viewer.path("billing/invoices"))
    return list_page(request, InvoiceList(table, group, _paid_elsewhere(groups, group)))


def _paid_elsewhere(groups: Section[list[BillGroup]], only: UUID | None) -> list[str]:
    owing = [each for each in groups.content or () if each.outstanding_minor and only in (None, each.id)]
    return [each.display_name for each in owing if not each.paying_on]


@router.get("/w/{slug}/billing/invoices/{invoice_id}")
async def invoice(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    thing, attempts, groups = await asyncio.gather(
        read_thing(viewer, "money.view", invoice_id, lambda: viewer.services.billing.invoice(invoice_id)),
        _attempts(viewer, invoice_id),
        bill_groups(viewer),
    )
    if not thing.found.ready:
        title, path, listed = _("Invoice"), viewer.path("billing/invoices"), _("Invoices")
        return page(request, ThingMissing(thing.found, thing.history, title, path, listed, "billing"), thing.status)
    found = thing.found.value
    state = _state(found, attempts, groups)
    lines = told_lines(found.lines, found.currency)
    about = parties_of(found), lines, taxes_of(found), references_of(found), thing.history
    return page(
        request, InvoicePage(state.invoice, state.attempts, state.outcome, state.key, state.pays_online, *about)
    )


@router.get("/w/{slug}/billing/invoices/{invoice_id}/events")
async def invoice_events(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Updates the open page when a payment has an outcome, until the invoice is paid."""
    shown: InvoiceState | None = None

    async def read(anew: Viewer) -> tuple[InvoiceState, bool]:
        nonlocal shown
        found, attempts, groups = await asyncio.gather(
            anew.services.billing.invoice(invoice_id), _attempts(anew, invoice_id), bill_groups(anew)
        )
        state = _state(found, attempts, groups)
        # A new key alone is no news: the page would be drawn again every few seconds, under the hands of its reader.
        if shown is None or replace(state, key=shown.key) != shown:
            shown = state
        return shown, not found.payable

    return live_part(request, viewer, read)


async def _attempts(viewer: Viewer, invoice_id: UUID) -> Section[Page[Attempt]]:
    return await section(viewer, "money.view", lambda: viewer.services.billing.attempts(invoice_id))


def _state(invoice: InvoiceDetail, attempts: Section[Page[Attempt]], groups: Section[list[BillGroup]]) -> InvoiceState:
    """The invoice, and the attempts to pay it with what they mean."""
    online = pays_online(groups, invoice.bill_group_id)
    if not attempts.ready:
        return InvoiceState(invoice, Section(attempts.state, reference=attempts.reference), None, new_key(), online)
    told = Section("ready", Attempts.of(attempts.value))
    return InvoiceState(invoice, told, outcome_of(invoice, attempts.value.items), new_key(), online)


@router.get("/w/{slug}/billing/invoices/{invoice_id}/document-events")
async def document_events(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Offers the PDF on the open page when it is made."""

    async def read(anew: Viewer) -> tuple[DocumentState, bool]:
        found = await anew.services.billing.invoice(invoice_id)
        return DocumentState(found), found.document != "printing"

    return live_part(request, viewer, read)


@router.get("/w/{slug}/billing/invoices/{invoice_id}/pdf")
async def invoice_pdf(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Streamed as billing sends it. While there is none, the invoice's page says why."""
    try:
        return await download(viewer.services.billing.invoice_pdf(invoice_id), f"invoice-{invoice_id}.pdf")
    except Refused as refusal:
        return back_with(request, refusal, viewer.path(f"billing/invoices/{invoice_id}"), 409)


@router.post("/w/{slug}/billing/invoices/chosen/pay")  # before the route whose {invoice_id} would take it
async def pay_chosen(request: Request, viewer: InWorkspace) -> Response:
    """Pays all that the chosen invoices owe at once."""
    ids, form = await chosen_ids(request), await read_form(request)
    back = viewer.path("billing/invoices")
    if not ids:
        browser_of(request).say(_("Choose at least one row first."), "bad")
        return see_other(back)
    return await _begin(request, viewer, ids, back, form.key, None)


@router.post("/w/{slug}/billing/invoices/{invoice_id}/pay")
async def pay(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Redirects to the payment page. Leaving that page changes nothing: the invoice stays open."""
    form = await read_form(request)
    back, amount = viewer.path(f"billing/invoices/{invoice_id}"), None
    if written := form.value("amount"):
        found = await viewer.services.billing.invoice(invoice_id)
        amount = minor_of(written, found.currency)
        if amount is None:
            browser_of(request).say(_("Enter an amount, such as 12.50."), "bad")
            return see_other(back)
    return await _begin(request, viewer, [invoice_id], back, form.key, amount)


async def _begin(
    request: Request, viewer: Viewer, ids: Sequence[UUID], back: str, key: str, amount: int | None
) -> Response:
    """Redirects to the payment page, or back with the reason why not."""
    return_url = runtime_of(request).settings.public_url.rstrip("/") + back
    try:
        payment = await viewer.services.billing.pay(ids, return_url, key, amount)
    except Refused as refusal:
        return back_with(request, refusal, back, 409, 422)
    return see_other(payment.pay_url or back)
