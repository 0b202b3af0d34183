"""Bill groups of all workspaces that the billing run left out, with a retry."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing_runs.table import PARKED_GROUPS
from services.portal.billing_runs.views import ParkedGroupList
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.errors import see_other
from services.portal.forms import Form
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/billing-run"


@router.get(PATH)
async def parked_groups(request: Request, viewer: InWorkspace) -> Response:
    return await _list(request, viewer, Form())


@router.post(PATH + "/{bill_group_id}/retry")
async def retry_group(request: Request, viewer: InWorkspace, bill_group_id: UUID) -> Response:
    """If somebody else tried it first, shows the current list with a message that says so."""
    try:
        await viewer.services.billing.retry_parked_group(bill_group_id)
    except Refused as refusal:
        if refusal.status != 404:
            raise
        late = Form(message=_("This bill group is not left out any more. Somebody may have tried it again already."))
        return await _list(request, viewer, late, 404)
    browser_of(request).say(_("The next billing run bills this group again."))
    return see_other(PATH.format(slug=viewer.workspace.slug))


async def _list(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    state = TableState.of(PARKED_GROUPS, request.query_params, viewer)
    read = viewer.services.billing.parked_groups
    found = await section(viewer, "billing_run.view", lambda: read(cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(PARKED_GROUPS, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, ParkedGroupList(table, form), status)
