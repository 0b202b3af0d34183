"""Who asks for access to the workspace, for those who decide (K19 to K23)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.rendering import back_with, page, see_other
from services.portal.users.access_requests_table import ACCESS_REQUESTS
from services.portal.users.lists import DECIDE, user_list
from services.portal.users.views import DenyAccess
from services.portal.viewer import InWorkspace
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/users/access-requests"


@router.get(PATH)
async def access_requests(request: Request, viewer: InWorkspace) -> Response:
    read = viewer.services.identity.access_requests
    return await user_list(request, viewer, ACCESS_REQUESTS, "access_requests", "users/access-requests", DECIDE, read)


@router.post(PATH + "/{request_id}/approve")
async def approve(request: Request, viewer: InWorkspace, request_id: UUID) -> Response:
    await read_form(request)
    try:
        found = await viewer.services.identity.approve_access(request_id)
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("users/access-requests"), 409)
    names = {"user": found.display_name, "company": viewer.workspace.display_name}
    browser_of(request).say(_("%(user)s is a member of %(company)s now. You can change the role here.", **names))
    return see_other(viewer.path(f"users/{found.user_id}"))


@router.get(PATH + "/{request_id}/deny")
async def ask_why(request: Request, viewer: InWorkspace, request_id: UUID) -> Response:
    return page(request, DenyAccess(await viewer.services.identity.access_request(request_id), Form()))


@router.post(PATH + "/{request_id}/deny")
async def deny(request: Request, viewer: InWorkspace, request_id: UUID) -> Response:
    """The reason is told to the person."""
    form = await read_form(request)
    try:
        found = await viewer.services.identity.deny_access(request_id, form.value("reason"))
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, viewer.path("users/access-requests"), 409)
        found = await viewer.services.identity.access_request(request_id)
        return page(request, DenyAccess(found, form.refused(refusal)), 422)
    browser_of(request).say(_("The request of %(user)s is denied. They are told why.", user=found.display_name))
    return see_other(viewer.path("users/access-requests"))
