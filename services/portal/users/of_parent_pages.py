"""Whoever else can enter a workspace: the people of its parent, whose links its admins can end (D14)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.rendering import page, see_other
from services.portal.users.lists import waiting_requests
from services.portal.users.views import PeopleOfParent
from services.portal.viewer import InWorkspace, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/users/of-parent")
async def people_of_parent(request: Request, viewer: InWorkspace) -> Response:
    if viewer.workspace.kind == "provider":
        raise HTTPException(404)
    found, waiting = await asyncio.gather(
        section(viewer, "user.list", viewer.services.identity.people_of_parent), waiting_requests(request, viewer)
    )
    return page(request, PeopleOfParent(found, waiting))


@router.post("/w/{slug}/users/of-parent/{link_id}/end")
async def end_access(request: Request, viewer: InWorkspace, link_id: UUID) -> Response:
    """Takes effect at once, also while the person works here."""
    known = await viewer.services.identity.people_of_parent()
    await viewer.services.identity.end_link_of_parent(link_id)
    company = viewer.workspace.display_name
    who = next((each.user.display_name for each in known if each.link_id == link_id), None)
    browser_of(request).say(
        _("%(user)s has no access to %(company)s any more.", user=who, company=company)
        if who
        else _("The access to %(company)s is ended.", company=company)
    )
    return see_other(viewer.path("users/of-parent"))
