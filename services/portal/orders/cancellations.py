"""Cancelling a service, now or at the end of its period, with what that means, and undoing it."""

import asyncio
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.agreeing import EndReason, Ends, WantedEnd
from services.portal.clients.provisioning import Service, ServiceDetail
from services.portal.clients.subscriptions import EndPreview
from services.portal.forms import Form, read_form
from services.portal.orders.change_views import CancelForm, EndingPart
from services.portal.orders.changes import said_of
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}"
DELETE = "service.delete"


@router.get(PATH + "/cancel")
async def ask_how(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require(DELETE)
    return await _ask(request, viewer, service_id, Form())


@router.post(PATH + "/cancel")
async def cancel(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """What is deleted now is named by who deletes it."""
    form = await read_form(request)
    ends = next((each for each in get_args(Ends) if each == form.value("ends")), None)
    reason = next((each for each in get_args(EndReason) if each == form.value("end_reason")), None)
    if ends is None or reason is None:
        wrong = {"ends": ends, "end_reason": reason}
        errors = {name: _("Choose one of the options.") for name, value in wrong.items() if value is None}
        return await _ask(request, viewer, service_id, Form(form.values, errors), 422)
    if ends == "now":
        service = await viewer.services.provisioning.service(service_id)
        if form.value("name") != service.display_name.strip():
            text = _("Enter the name of the service as it is written above.")
            return await _ask(request, viewer, service_id, form.objected("name", text), 422)
    wanted = WantedEnd(service_id=service_id, ends=ends, end_reason=reason, message=form.value("message"))
    try:
        ordered = await viewer.services.provisioning.cancel_service(wanted, form.key)
    except Refused as refusal:
        if refusal.status == 422:
            return await _ask(request, viewer, service_id, form.refused(refusal), 422)
        return back_with(request, refusal, viewer.path(f"services/{service_id}"), 409)
    if ordered.state == "scheduled":
        browser_of(request).say(_("The service is cancelled. It works until its last day, and you can undo it."))
        return see_other(viewer.path(f"services/{service_id}"))
    browser_of(request).say(said_of(ordered))
    return see_other(viewer.path(f"orders/{ordered.id}"))


@router.post(PATH + "/cancel/{order_id}/undo")
async def undo(request: Request, viewer: InWorkspace, service_id: UUID, order_id: UUID) -> Response:
    await read_form(request)
    here = viewer.path(f"services/{service_id}")
    try:
        await viewer.services.provisioning.undo_cancellation(order_id)
    except Refused as refusal:
        return back_with(request, refusal, here, 404, 409)
    browser_of(request).say(_("The service goes on."))
    return see_other(here)


async def _ask(request: Request, viewer: Viewer, service_id: UUID, form: Form, status: int = 200) -> Response:
    service = await viewer.services.provisioning.service(service_id)
    ending, parts = await asyncio.gather(read_ending(viewer, service_id), _read_parts(viewer, service))
    return page(request, CancelForm(service, ending, form, parts), status)


async def _read_parts(viewer: Viewer, service: ServiceDetail) -> list[EndingPart]:
    """What ends with a service, and what it costs."""
    if service.part_of:
        return []
    found = (await viewer.services.provisioning.parts(service.id)).parts
    return list(await asyncio.gather(*(_ending_part(viewer, each) for each in found)))


async def _ending_part(viewer: Viewer, part: Service) -> EndingPart:
    billing = viewer.services.billing
    paid = await section(viewer, "money.view", lambda: billing.subscriptions(service_id=part.id))
    return EndingPart(part, next(iter(paid.content.items), None) if paid.content else None)


async def read_ending(viewer: Viewer, service_id: UUID) -> Section[EndPreview] | None:
    """What ending a service means; None where nothing is billed for it."""
    try:
        return await section(viewer, "money.view", lambda: viewer.services.billing.end_preview(service_id))
    except Refused as refusal:
        if refusal.status not in (404, 409):
            raise
        return None
