"""The work on a service: its history, each operation with its live steps, restarting and diagnosing it (P21)."""

from collections.abc import Awaitable
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.operations import OperationBegun, TroubleshootingVerb
from services.portal.forms import Form, read_form
from services.portal.live_pages import live_part
from services.portal.rendering import back_with, page, part, see_other
from services.portal.services.views import OperationList, OperationPage, OperationProgress, Restarting
from services.portal.viewer import InWorkspace, Viewer, section
from services.portal.vocabulary import VERBS
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}"
TROUBLESHOOT = "service.troubleshoot"


@router.get(PATH + "/operations")
async def operations(request: Request, viewer: InWorkspace, service_id: UUID, cursor: str = "") -> Response:
    provisioning = viewer.services.provisioning
    service = await provisioning.service(service_id)
    found = await provisioning.operations(service_id, cursor=cursor)
    return page(request, OperationList(service, Form(), found, cursor))


@router.get(PATH + "/restart")
async def ask_to_restart(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require(TROUBLESHOOT)
    return page(request, Restarting(await viewer.services.provisioning.service(service_id), Form()))


@router.post(PATH + "/operations")
async def begin(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form = await read_form(request)
    verb = next((verb for verb in get_args(TroubleshootingVerb) if verb == form.value("verb")), None)
    here = viewer.path(f"services/{service_id}")
    if verb is None:
        return see_other(here)
    begun = viewer.services.provisioning.begin_operation(service_id, verb, form.key)
    return await lead_to_work(request, begun, here)


async def lead_to_work(request: Request, begun: Awaitable[OperationBegun], here: str) -> Response:
    """To the page of the work that was begun on the service at ``here``; back to the service where it was refused."""
    try:
        operation = await begun
    except Refused as refusal:
        if refusal.kind == "service_busy":
            browser_of(request).say(_busy(refusal), "bad")
            return see_other(here)
        return back_with(request, refusal, here, 409)
    return see_other(f"{here}/operations/{operation.id}")


def _busy(refusal: Refused) -> str:
    """Who is doing what."""
    verb, address = str(refusal.extra.get("verb")), refusal.extra.get("begun_by_address")
    said = {"work": VERBS.get(verb, verb), "address": address or "Portico"}
    return _("Something is being done with this service already: %(work)s, begun by %(address)s.", **said)


@router.get(PATH + "/operations/{operation_id}")
async def operation(request: Request, viewer: InWorkspace, service_id: UUID, operation_id: UUID) -> Response:
    shown = await _progress(viewer, operation_id)
    if shown.operation.service_id != service_id:
        return see_other(viewer.path(f"services/{shown.operation.service_id}/operations/{operation_id}"))
    return page(request, OperationPage(shown.operation, shown.output))


@router.get(PATH + "/operations/{operation_id}/progress")
async def progress(request: Request, viewer: InWorkspace, service_id: UUID, operation_id: UUID) -> Response:
    """The same part as the stream sends, for polling where streams are blocked."""
    return part(request, await _progress(viewer, operation_id))


@router.get(PATH + "/operations/{operation_id}/events")
async def operation_events(request: Request, viewer: InWorkspace, service_id: UUID, operation_id: UUID) -> Response:
    async def read(anew: Viewer) -> tuple[OperationProgress, bool]:
        shown = await _progress(anew, operation_id)
        return shown, not shown.operation.is_live

    return live_part(request, viewer, read)


@router.post(PATH + "/operations/{operation_id}/cancel")
async def cancel(request: Request, viewer: InWorkspace, service_id: UUID, operation_id: UUID) -> Response:
    await read_form(request)
    here = viewer.path(f"services/{service_id}/operations/{operation_id}")
    try:
        await viewer.services.provisioning.cancel_operation(operation_id)
    except Refused as refusal:
        return back_with(request, refusal, here, 409)
    browser_of(request).say(_("It is being stopped. What was done is taken back."))
    return see_other(here)


async def _progress(viewer: Viewer, operation_id: UUID) -> OperationProgress:
    provisioning = viewer.services.provisioning
    found = await provisioning.operation(operation_id)
    if not found.has_output or not viewer.may(TROUBLESHOOT):
        return OperationProgress(found, None)
    read = await section(viewer, TROUBLESHOOT, lambda: provisioning.operation_output(operation_id))
    return OperationProgress(found, read)
