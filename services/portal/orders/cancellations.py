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


@router.get(PATH + "/cancel")
async def ask_how(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    service = await viewer.services.provisioning.service(service_id)
    viewer.require(service.cancel_permission)
    return await _ask(request, viewer, service, Form())


@router.post(PATH + "/cancel")
async def cancel(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """What is deleted now is named by who deletes it."""
    form = await read_form(request)
    service = await viewer.services.provisioning.service(service_id)
    ends = next((each for each in get_args(Ends) if each == form.value("ends")), None)
    reason = next((each for each in get_args(EndReason) if each == form.value("end_reason")), None)
    if ends is None or reason is None:
        wrong = {"ends": ends, "end_reason": reason}
        errors = {name: _("Choose one of the options.") for name, value in wrong.items() if value is None}
        return await _ask(request, viewer, service, Form(form.values, errors), 422)
    if ends == "now" and form.value("name") != service.display_name.strip():
        text = _("Enter the name of the service as it is written above.")
        return await _ask(request, viewer, service, form.objected("name", text), 422)
    wanted = WantedEnd(
        service_id=service_id, ends=ends, end_reason=reason, wanted_on=form.value("wanted_on") or None,
        message=form.value("message"),
    )  # fmt: skip
    try:
        ordered = await viewer.services.provisioning.cancel_service(wanted, form.key, add_on=service.is_add_on)
    except Refused as refusal:
        if refusal.status == 422:
            return await _ask(request, viewer, service, form.refused(refusal), 422)
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
        service = await viewer.services.provisioning.service(service_id)
        await viewer.services.provisioning.undo_cancellation(order_id, add_on=service.is_add_on)
    except Refused as refusal:
        return back_with(request, refusal, here, 404, 409)
    browser_of(request).say(_("The service goes on."))
    return see_other(here)


async def _ask(request: Request, viewer: Viewer, service: ServiceDetail, form: Form, status: int = 200) -> Response:
    ending, parts = await asyncio.gather(read_ending(viewer, service.id), _read_parts(viewer, service))
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
