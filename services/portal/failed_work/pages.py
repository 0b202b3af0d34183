"""The work of all workspaces that failed, for the provider's staff."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.failed_work.table import FAILED_WORK
from services.portal.failed_work.views import FailedWorkList
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section

router = APIRouter()

PATH = "/provider/{slug}/failed-work"


@router.get(PATH)
async def failed_work(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(FAILED_WORK, request.query_params, viewer)
    read = viewer.services.provisioning.failed_work
    asked: dict[str, Any] = {**state.filters, "cursor": state.cursor}
    found = await section(viewer, "work.view", lambda: read(**asked, limit=PAGE_SIZE))
    table = TableView(FAILED_WORK, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, FailedWorkList(table))
