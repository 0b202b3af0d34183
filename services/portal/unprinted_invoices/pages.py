"""Invoices of all workspaces whose PDF could not be made, with a button to make it again, for the provider's staff."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.errors import see_other
from services.portal.forms import read_form
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.unprinted_invoices.table import UNPRINTED_INVOICES
from services.portal.unprinted_invoices.views import UnprintedInvoiceList
from services.portal.viewer import InWorkspace, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/unprinted-invoices"


@router.get(PATH)
async def unprinted_invoices(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(UNPRINTED_INVOICES, request.query_params, viewer)
    read = viewer.services.billing.unprinted_invoices
    found = await section(viewer, "bill_group.view", lambda: read(cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(UNPRINTED_INVOICES, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, UnprintedInvoiceList(table))


@router.post(PATH + "/{invoice_id}/print")
async def print_again(request: Request, viewer: InWorkspace, invoice_id: UUID) -> Response:
    """The list says what became of it. If somebody else was first, so it says that."""
    form = await read_form(request)
    try:
        await viewer.services.billing.print_again(invoice_id, form.key)
    except Refused as refusal:
        if refusal.status not in (404, 409):
            raise
        browser_of(request).say(refusal.detail, "bad")
    else:
        browser_of(request).say(_("The PDF is being made again."))
    return see_other(PATH.format(slug=viewer.workspace.slug))
