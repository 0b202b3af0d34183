"""Resetting the credentials of a service, and seeing the new ones, once (D30)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.rendering import back_with, page
from services.portal.services.operations import lead_to_work
from services.portal.services.views import NewCredentialsPage, ResettingCredentials, ShownCredentials
from services.portal.viewer import InWorkspace

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}"
RESET = "credentials.reset"


@router.get(PATH + "/reset-credentials")
async def ask_to_reset(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require(RESET)
    return page(request, ResettingCredentials(await viewer.services.provisioning.service(service_id), Form()))


@router.post(PATH + "/reset-credentials")
async def reset(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form, here = await read_form(request), viewer.path(f"services/{service_id}")
    begun = viewer.services.provisioning.reset_credentials(service_id, form.key)
    return await lead_to_work(request, begun, here)


@router.get(PATH + "/credentials/{operation_id}")
async def credentials(request: Request, viewer: InWorkspace, service_id: UUID, operation_id: UUID) -> Response:
    """What became of the new credentials, with a button that shows them while they can be."""
    viewer.require(RESET)
    provisioning = viewer.services.provisioning
    state, service = await asyncio.gather(
        provisioning.credentials_state(operation_id), provisioning.service(service_id)
    )
    return page(request, NewCredentialsPage(service, operation_id, state))


@router.post(PATH + "/credentials/{operation_id}")
async def show(request: Request, viewer: InWorkspace, service_id: UUID, operation_id: UUID) -> Response:
    """The answer to the form is the only page that has them: sent again, it says that they were shown."""
    await read_form(request)
    here = viewer.path(f"services/{service_id}")
    service = await viewer.services.provisioning.service(service_id)
    try:
        found = await viewer.services.provisioning.show_credentials(operation_id)
    except Refused as refusal:
        return back_with(request, refusal, f"{here}/credentials/{operation_id}", 403, 409, 410)
    return page(request, ShownCredentials(service, found.credentials))
