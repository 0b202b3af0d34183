"""The provider adds a partner: its workspace, its first admin, and the invitation to that person."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace

router = APIRouter()

FIELDS = ("display_name", "contact_name", "address")


@router.get("/provider/{slug}/partners")
async def partners(request: Request, viewer: InWorkspace) -> Response:
    return page(request, "pages/partners/new.html", form=Form())


@router.post("/provider/{slug}/partners")
async def add_partner(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.add_partner({name: form.value(name) for name in FIELDS}, form.key)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return page(request, "pages/partners/new.html", refusal.status, form=form.refused(refusal))
    browser_of(request).say(f"{form.value('display_name')} is added, and {form.value('address')} is invited.")
    return see_other(f"/provider/{viewer.workspace.slug}/customers")
