"""Renaming and removing customers and partners that nobody has signed up for."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.customers import Named
from services.portal.customers.account_paths import Base
from services.portal.customers.invitation_pages import waiting
from services.portal.customers.lists import InList
from services.portal.customers.views import RemoveChild, RenameChild
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace
from shared.language import gettext as _

router = APIRouter()


@router.get("/{base}/{slug}/invitations/{child_id}/rename")
@router.get("/{base}/{slug}/partners/{child_id}/rename")
async def ask_for_name(request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID) -> Response:
    viewer.require("customer.invite")
    child = await waiting(viewer, listed, child_id)
    return page(request, RenameChild(child, listed, Form({"display_name": child.display_name})))


@router.post("/{base}/{slug}/invitations/{child_id}/rename")
@router.post("/{base}/{slug}/partners/{child_id}/rename")
async def rename(request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID) -> Response:
    form, child = await read_form(request), await waiting(viewer, listed, child_id)

    def said(named: Named) -> str:
        names = {"before": child.display_name, "name": named.display_name, "path": f"/w/{named.slug}/"}
        return _("%(before)s is called %(name)s now, at %(path)s.", **names)

    return await send_form(
        request, form, viewer.services.identity.rename_customer(child_id, form.value("display_name")),
        refused=lambda wrong, status: page(request, RenameChild(child, listed, wrong), status),
        said=said, path=listed.path,
    )  # fmt: skip


@router.get("/{base}/{slug}/invitations/{child_id}/remove")
@router.get("/{base}/{slug}/partners/{child_id}/remove")
async def ask_whether(request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID) -> Response:
    viewer.require("customer.invite")
    return page(request, RemoveChild(await waiting(viewer, listed, child_id), listed, Form()))


@router.post("/{base}/{slug}/invitations/{child_id}/remove")
@router.post("/{base}/{slug}/partners/{child_id}/remove")
async def remove(request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID) -> Response:
    """What is removed is named by who removes it."""
    form, child = await read_form(request), await waiting(viewer, listed, child_id)
    if form.value("name") != child.display_name.strip():
        refused = form.objected("name", _("Enter the name as it is written above."))
        return page(request, RemoveChild(child, listed, refused), 422)
    try:
        await viewer.services.identity.remove_customer(child_id)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        return page(request, RemoveChild(child, listed, form.refused(refusal)), 409)
    browser_of(request).say(_("%(name)s is removed.", name=child.display_name))
    return see_other(listed.path)
