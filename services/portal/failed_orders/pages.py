"""Failed orders of all workspaces, with a retry, for the provider's staff (D18)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.failed_orders.table import FAILED_ORDERS
from services.portal.failed_orders.views import FailedOrderList
from services.portal.forms import Form, read_form
from services.portal.rendering import see_other
from services.portal.tables import TableState, TableView
from services.portal.tables.bulk import each_chosen, say_outcome
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _
from shared.language import ngettext

router = APIRouter()

PATH = "/provider/{slug}/failed-orders"


@router.get(PATH)
async def failed_orders(request: Request, viewer: InWorkspace) -> Response:
    return await _list(request, viewer, Form())


@router.post(PATH + "/chosen/retry")
async def retry_chosen(request: Request, viewer: InWorkspace) -> Response:
    """Tries each of the chosen orders again. One that somebody else retried first is counted as refused."""
    outcome = await each_chosen(request, viewer.services.provisioning.retry_order)
    done = ngettext(
        "%(num)s order is tried again, from the step that failed.",
        "%(num)s orders are tried again, each from the step that failed.",
        outcome.done,
    )
    say_outcome(request, outcome, done)
    return see_other(PATH.format(slug=viewer.workspace.slug))


@router.post(PATH + "/{order_id}/retry")
async def retry_order(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """If somebody else retried it first, shows the current list with a message that says so."""
    form = await read_form(request)
    try:
        order = await viewer.services.provisioning.retry_order(order_id, form.key)
    except Refused as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        late = Form(message=_("Only a failed order can be tried again. Somebody may have done so already."))
        return await _list(request, viewer, late if refusal.status == 404 else form.refused(refusal), refusal.status)
    said = _("Order %(number)s is tried again, from the step that failed.", number=order.number)
    browser_of(request).say(said)
    return see_other(PATH.format(slug=viewer.workspace.slug))


async def _list(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    """``form`` is the refused one, if any."""
    state = TableState.of(FAILED_ORDERS, request.query_params, viewer)
    read = viewer.services.provisioning.failed_orders
    found = await section(viewer, "order.retry", lambda: read(cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(FAILED_ORDERS, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, FailedOrderList(table, form), status)
