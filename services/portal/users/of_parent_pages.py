"""Whoever else can enter a workspace: the people of its parent, whose links its admins can end (D14)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import read_form
from services.portal.rendering import back_with, page, see_other
from services.portal.users.lists import waiting_requests
from services.portal.users.views import PeopleOfParent
from services.portal.viewer import InWorkspace, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/users/of-parent")
async def people_of_parent(request: Request, viewer: InWorkspace) -> Response:
    if viewer.workspace.kind == "provider":
        raise HTTPException(404)
    identity = viewer.services.identity
    found, inside, admins, waiting = await asyncio.gather(
        section(viewer, "user.list", identity.people_of_parent),
        section(viewer, "user.list", identity.visits_here),
        section(viewer, "user.list", identity.parent_admins),
        waiting_requests(request, viewer),
    )
    return page(request, PeopleOfParent(found, inside, admins, waiting))


@router.post("/w/{slug}/users/of-parent/admins")
async def switch_admins(request: Request, viewer: InWorkspace) -> Response:
    """Lets the admins of the seller in, or keeps them out. The company's own admins alone decide it."""
    may_enter = (await read_form(request)).value("may_enter") == "true"
    try:
        await viewer.services.identity.switch_parent_admins(may_enter)
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("users/of-parent"), 409)
    browser_of(request).say(
        _("The admins of your seller may enter again.")
        if may_enter
        else _("The admins of your seller are kept out. Who was here by that right is not any more.")
    )
    return see_other(viewer.path("users/of-parent"))


@router.post("/w/{slug}/users/of-parent/visits/{visit_id}/end")
async def end_visit(request: Request, viewer: InWorkspace, visit_id: UUID) -> Response:
    """Takes effect at once. The right to come back stays."""
    await viewer.services.identity.end_visit_here(visit_id)
    browser_of(request).say(_("The visit is ended."))
    return see_other(viewer.path("users/of-parent"))


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
