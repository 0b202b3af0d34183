"""Invoices: the list, one with its lines, its PDF, and paying it."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.billing import InvoiceFilter
from services.portal.errors import see_other
from services.portal.forms import new_key, read_form
from services.portal.live_pages import live_part
from services.portal.rendering import page
from services.portal.runtime import runtime_of
from services.portal.viewer import InWorkspace, Viewer, section

router = APIRouter()

STATE = "partials/billing/invoice_state.html"


@router.get("/w/{slug}/billing/invoices")
async def invoices(
    request: Request, viewer: InWorkspace, status: InvoiceFilter = "", group: UUID | None = None, cursor: str = ""
) -> Response:
    found = await section(
        viewer,
        "money.view",
        lambda: viewer.services.billing.invoices(status=status, bill_group_id=group, cursor=cursor, limit=25),
    )
    return page(request, "pages/billing/invoices.html", invoices=found, status=status, cursor=cursor)


@router.get("/w/{slug}/billing/invoices/{invoice_id}")
async def invoice(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    found = await viewer.services.billing.invoice(invoice_id)
    return page(request, "pages/billing/invoice.html", invoice=found, key=new_key())


@router.get("/w/{slug}/billing/invoices/{invoice_id}/events")
async def invoice_events(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Updates the open page when the invoice is paid."""

    async def read(anew: Viewer) -> tuple[dict[str, object], bool]:
        found = await anew.services.billing.invoice(invoice_id)
        return {"invoice": found, "key": new_key()}, not found.payable

    return live_part(request, viewer, STATE, read)


@router.get("/w/{slug}/billing/invoices/{invoice_id}/pdf")
async def invoice_pdf(viewer: InWorkspace, invoice_id: UUID) -> Response:
    """Streamed as billing sends it; a refusal comes before the first chunk."""
    stream = viewer.services.billing.invoice_pdf(invoice_id)
    answer = await stream.__aenter__()

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_bytes():
                yield piece
        finally:
            await stream.__aexit__(None, None, None)

    name = answer.headers.get("content-disposition", f'attachment; filename="invoice-{invoice_id}.pdf"')
    return StreamingResponse(body(), media_type="application/pdf", headers={"Content-Disposition": name})


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
