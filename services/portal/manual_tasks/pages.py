"""The list of what is to be done by hand, and each task."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.forms import Form
from services.portal.manual_tasks.showing import show_task
from services.portal.manual_tasks.table import MANUAL_TASKS
from services.portal.manual_tasks.views import ManualTaskList
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section
from services.portal.waiting_orders import FULFIL

router = APIRouter()


@router.get("/w/{slug}/manual-tasks")
async def manual_tasks(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(MANUAL_TASKS, request.query_params, viewer)
    read = viewer.services.provisioning.manual_tasks
    asked: dict[str, Any] = {**state.filters, "cursor": state.cursor}
    found = await section(viewer, FULFIL, lambda: read(**asked, limit=PAGE_SIZE))
    return list_page(
        request, ManualTaskList(TableView(MANUAL_TASKS, state, found, viewer, viewer.path("manual-tasks")))
    )


@router.get("/w/{slug}/manual-tasks/{task_id}")
async def manual_task(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    return await show_task(request, viewer, task_id, Form())
