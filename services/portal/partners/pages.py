"""The provider's partners: the list with totals of their customers, working on behalf of one, and adding one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.customers.lists import list_in
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer, section

router = APIRouter()

FIELDS = ("display_name", "contact_name", "address")
PAGE_SIZE = 50


@router.get("/provider/{slug}/partners")
async def partners(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    found = await section(
        viewer, "customer.list", lambda: viewer.services.identity.partners(cursor=cursor, limit=PAGE_SIZE)
    )
    listed = list_in("provider", viewer.workspace.slug, "partners")
    return page(request, "pages/partners/list.html", partners=found, listed=listed, cursor=cursor)


@router.post("/provider/{slug}/partners/{partner}/view")
async def work_on_behalf(request: Request, viewer: InWorkspace, partner: str) -> Response:
    """Opens the partner's own portal, as with a customer (P25, P26)."""
    await viewer.services.identity.work_on_behalf(partner)
    return see_other(f"/w/{partner}/")


@router.get("/provider/{slug}/partners/new")
async def new_partner(request: Request, viewer: InWorkspace) -> Response:
    return _form(request, viewer, Form())


@router.post("/provider/{slug}/partners/new")
async def add_partner(request: Request, viewer: InWorkspace) -> Response:
    """Creates its workspace and invites its first admin."""
    form = await read_form(request)
    try:
        await viewer.services.identity.add_partner(**{name: form.value(name) for name in FIELDS}, key=form.key)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return _form(request, viewer, form.refused(refusal), refusal.status)
    browser_of(request).say(f"{form.value('display_name')} is added, and {form.value('address')} is invited.")
    return see_other(list_in("provider", viewer.workspace.slug, "partners").path)


def _form(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    listed = list_in("provider", viewer.workspace.slug, "partners")
    return page(request, "pages/partners/new.html", status, form=form, listed=listed)
