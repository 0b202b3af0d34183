"""Invoices of all workspaces whose PDF could not be made, with a button to make it again, for the provider's staff."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.sending import send_button
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
    """The list says what became of it."""
    act = partial(viewer.services.billing.print_again, invoice_id)
    return await send_button(request, act, _("The PDF is being made again."), PATH.format(slug=viewer.workspace.slug))
