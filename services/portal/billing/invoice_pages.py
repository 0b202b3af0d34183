"""Invoices: the list, one with its lines, its PDF, and paying it."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing import attempts as attempt_words
from services.portal.billing.attempts import outcome_of
from services.portal.billing.statement import days_of, lines_of, references_of, taxes_of
from services.portal.billing.table import INVOICES, fitting
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.errors import see_other
from services.portal.forms import new_key, read_form
from services.portal.live_pages import live_part
from services.portal.rendering import download, page
from services.portal.runtime import runtime_of
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section

router = APIRouter()

STATE = "partials/billing/invoice_state.html"


@router.get("/w/{slug}/billing/invoices")
async def invoices(request: Request, viewer: InWorkspace, group: UUID | None = None) -> Response:
    fixed = {"group": str(group)} if group else {}
    state = fitting(TableState.of(INVOICES, request.query_params, viewer, fixed))
    read = viewer.services.billing.invoices
    found = await section(
        viewer,
        "money.view",
        lambda: read(**state.asked(), bill_group_id=group, **state.page(), limit=PAGE_SIZE),
    )
    table = TableView(INVOICES, state, found, viewer, viewer.path("billing/invoices"))
    return list_page(request, "pages/billing/invoices.html", table, group=group)


@router.get("/w/{slug}/billing/invoices/{invoice_id}")
async def invoice(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    shown = await _read(viewer, invoice_id)
    found = shown["invoice"]
    about = {"taxes": taxes_of(found), "references": references_of(found), "days_of": days_of, "lines_of": lines_of}
    return page(request, "pages/billing/invoice.html", **about, **shown)


@router.get("/w/{slug}/billing/invoices/{invoice_id}/events")
async def invoice_events(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Updates the open page when a payment has an outcome, until the invoice is paid."""

    async def read(anew: Viewer) -> tuple[dict[str, Any], bool]:
        shown = await _read(anew, invoice_id)
        return shown, not shown["invoice"].payable

    return live_part(request, viewer, STATE, read)


async def _read(viewer: Viewer, invoice_id: UUID) -> dict[str, Any]:
    """The invoice, and the attempts to pay it with what they mean."""
    billing = viewer.services.billing
    found, attempts = await asyncio.gather(billing.invoice(invoice_id), billing.attempts(invoice_id))
    return {
        "invoice": found,
        "attempts": attempts,
        "outcome": outcome_of(found, attempts.items),
        "told": attempt_words,
        "key": new_key(),
    }


@router.get("/w/{slug}/billing/invoices/{invoice_id}/pdf")
async def invoice_pdf(viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Streamed as billing sends it."""
    return await download(viewer.services.billing.invoice_pdf(invoice_id), f"invoice-{invoice_id}.pdf")


@router.post("/w/{slug}/billing/invoices/{invoice_id}/pay")
async def pay(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Redirects to the payment page. Leaving that page changes nothing: the invoice stays open."""
    form = await read_form(request)
    back = viewer.path(f"billing/invoices/{invoice_id}")
    return_url = runtime_of(request).settings.public_url.rstrip("/") + back
    try:
        payment = await viewer.services.billing.pay(invoice_id, return_url, form.key)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        browser_of(request).say(refusal.detail, "bad")
        return see_other(back)
    return see_other(payment.pay_url or back)
