"""Suspending a customer or a partner, and ending it: a page that says what it means, before anything happens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.customers.places import Place, place_of
from services.portal.customers.views import Suspending
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()

PATH = "/{base}/{slug}/{list_name}/{child_id}/suspension"
BELOW_PARTNER = "/{base}/{slug}/{list_name}/{partner_id}/customers/{child_id}/suspension"
"""Of a customer of a partner."""


Here = Annotated[Place, Depends(place_of("suspension"))]


@router.get(BELOW_PARTNER)
@router.get(PATH)
async def ask(request: Request, viewer: InWorkspace, place: Here) -> Response:
    return await _page(request, viewer, place, Form())


@router.post(BELOW_PARTNER)
@router.post(PATH)
async def suspend(request: Request, viewer: InWorkspace, place: Here) -> Response:
    form, identity = await read_form(request), viewer.services.identity
    return await send_form(
        request, form, identity.suspend(place.child_id, reason=form.value("reason")),
        refused=lambda wrong, status: _page(request, viewer, place, wrong, status),
        said=lambda done: _("%(name)s is suspended. Its admins get a mail with the reason.", name=done.display_name),
        path=place.back,
    )  # fmt: skip


@router.post(f"{BELOW_PARTNER}/end")
@router.post(f"{PATH}/end")
async def end(request: Request, viewer: InWorkspace, place: Here) -> Response:
    identity = viewer.services.identity
    try:
        await identity.reinstate(place.child_id)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        return await _page(request, viewer, place, Form().refused(refusal), refusal.status)
    name = (await identity.suspension(place.child_id)).display_name
    browser_of(request).say(_("%(name)s is not suspended any more. Its admins get a mail.", name=name))
    return see_other(place.back)


async def _page(request: Request, viewer: Viewer, place: Place, form: Form, status: int = 200) -> Response:
    viewer.require("workspace.suspend")
    child = await viewer.services.identity.suspension(place.child_id)
    return page(request, Suspending(child, place.listed, place.path, place.back, form), status)
