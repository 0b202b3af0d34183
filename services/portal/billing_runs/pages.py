"""Bill groups of all workspaces that the billing run left out, with a retry, and what the run would bill."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing_runs.previews import read_preview
from services.portal.billing_runs.table import PARKED_GROUPS, REASONS
from services.portal.billing_runs.views import ParkedGroupList
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form
from services.portal.rendering import page, part, see_other, wants_part
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, TablePart
from services.portal.texts import Texts
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/billing-run"


@router.get(PATH)
async def parked_groups(request: Request, viewer: InWorkspace, until: str = "", after: str = "") -> Response:
    """``until`` is the day of the preview, ``after`` its cursor; ``cursor`` is that of the list."""
    return await _list(request, viewer, Form(), until=until, after=after)


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


async def _list(
    request: Request, viewer: Viewer, form: Form, status: int = 200, *, until: str = "", after: str = ""
) -> Response:
    state = TableState.of(PARKED_GROUPS, request.query_params, viewer)
    read = viewer.services.billing.parked_groups
    found = await section(viewer, "billing_run.view", lambda: read(cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(PARKED_GROUPS, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    if wants_part(request):
        return part(request, TablePart(table), status)
    preview, day_form = await read_preview(viewer, until, after)
    shown = ParkedGroupList(table, form, preview, day_form, after, Texts(REASONS))
    return page(request, shown, 422 if day_form.failed else status)
