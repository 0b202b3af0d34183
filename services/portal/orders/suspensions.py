"""Suspending a service, and having it work again."""

from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.clients.agreeing import Wish
from services.portal.forms import Form, read_form
from services.portal.orders.change_views import SuspendForm
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}"
CHANGE = "service.change"


@router.get(PATH + "/suspend")
async def ask_how(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require(CHANGE)
    return page(request, SuspendForm(await viewer.services.provisioning.service(service_id), Form()))


@router.post(PATH + "/suspend")
async def suspend(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form = await read_form(request)
    here = viewer.path(f"services/{service_id}")
    reason = next((each for each in get_args(Wish) if each == form.value("reason", "customer")), None)
    if reason is None:
        return see_other(f"{here}/suspend")
    try:
        begun = await viewer.services.provisioning.suspend_service(service_id, reason, form.key)
    except Refused as refusal:
        return back_with(request, refusal, here, 409)
    return see_other(f"{here}/operations/{begun.id}")


@router.post(PATH + "/resume")
async def resume(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form = await read_form(request)
    here = viewer.path(f"services/{service_id}")
    try:
        begun = await viewer.services.provisioning.resume_service(service_id, form.key)
    except Refused as refusal:
        return back_with(request, refusal, here, 409)
    return see_other(f"{here}/operations/{begun.id}")
