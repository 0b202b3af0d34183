"""What staff say of a task: for when it is planned, that it is done, or that it cannot be done. The first end counts:
who comes second is told so on the page of the task."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.manual_tasks.showing import asset_refused, path_of, serials_of, show_task
from services.portal.manual_tasks.views import GivingUp
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Viewer
from services.portal.waiting_orders import FULFIL
from shared.language import formats
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/manual-tasks/{task_id}"


@router.post(PATH + "/plan")
async def plan(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    """The day and the note are told to its customer."""
    form = await read_form(request)
    here = path_of(viewer, task_id)
    try:
        await viewer.services.provisioning.plan_manual_task(task_id, form.value("planned_on"), form.value("note"))
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, here, 409)
        return await show_task(request, viewer, task_id, form.refused(refusal), 422)
    with suppress(ValueError):  # the service reads more forms of a day than this
        day = formats.day(date.fromisoformat(form.value("planned_on")))
        browser_of(request).say(_("It is planned for %(day)s. Its customer is told so.", day=day))
    return see_other(here)


@router.post(PATH + "/finish")
async def finish(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    form = await read_form(request)
    here, serials = path_of(viewer, task_id), serials_of(form)
    try:
        await viewer.services.provisioning.finish_manual_task(task_id, serials, form.value("condition") or None)
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, here, 409)
        return await show_task(request, viewer, task_id, asset_refused(form, refusal), 422)
    browser_of(request).say(_("It is done. Its order goes on."))
    return see_other(here)


@router.get(PATH + "/give-up")
async def ask_to_give_up(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    """Whether it shall be given up, and why. What has ended meanwhile, or has to be done, leads back."""
    return await _ask(request, viewer, task_id, Form())


@router.post(PATH + "/give-up")
async def give_up(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    """The reason is told to its customer."""
    form = await read_form(request)
    here = path_of(viewer, task_id)
    try:
        await viewer.services.provisioning.give_up_manual_task(task_id, form.value("reason"))
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, here, 409)
        return await _ask(request, viewer, task_id, form.refused(refusal), 422)
    browser_of(request).say(_("It is given up. Its customer is told why."))
    return see_other(here)


async def _ask(request: Request, viewer: Viewer, task_id: UUID, form: Form, status: int = 200) -> Response:
    viewer.require(FULFIL)
    task = await viewer.services.provisioning.manual_task(task_id)
    here = path_of(viewer, task_id)
    if not task.may_be_given_up:
        return see_other(here)
    return page(request, GivingUp(task, form, here), status)
