"""One's own workspaces, and asking for access to further ones. The pages belong to the person, not to a workspace."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.access_requests import Membership
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.me.views import LeaveWorkspace, OwnWorkspaces
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import SignedIn, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/me/workspaces"


@router.get(PATH)
async def own_workspaces(request: Request, viewer: SignedIn) -> Response:
    return await _page(request, viewer, Form())


@router.post(PATH + "/requests")
async def ask_for_access(request: Request, viewer: SignedIn) -> Response:
    """Says the same whether there is such a workspace or not (D16)."""
    form = await read_form(request)
    try:
        outcome = await viewer.services.identity.ask_for_access(
            workspace=form.value("workspace"), message=form.value("message")
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _page(request, viewer, form.refused(refusal), refusal.status)
    if outcome.joined:
        name = outcome.joined.display_name
        said = _("You had an invitation to %(workspace)s. It is accepted: you can switch there now.", workspace=name)
    else:
        said = _(
            "Your request is noted. If there is such a workspace, its admins are told, and we write to you when they "
            "decide."
        )
    browser_of(request).say(said)
    return see_other(PATH)


@router.post(PATH + "/requests/{asked_id}/withdraw")
async def withdraw(request: Request, viewer: SignedIn, asked_id: UUID) -> Response:
    await read_form(request)
    try:
        await viewer.services.identity.withdraw_asked(asked_id)
    except Refused as refusal:
        return back_with(request, refusal, PATH, 409)
    browser_of(request).say(_("The request is withdrawn."))
    return see_other(PATH)


@router.post(PATH + "/{workspace_id}/default")
async def choose_default(request: Request, viewer: SignedIn, workspace_id: UUID) -> Response:
    await read_form(request)
    await viewer.services.identity.choose_default_workspace(workspace_id)
    browser_of(request).say(_("Signing in leads there from now on."))
    return see_other(PATH)


@router.get(PATH + "/{workspace_id}/leave")
async def ask_to_leave(request: Request, viewer: SignedIn, workspace_id: UUID) -> Response:
    """Says what follows before anything happens."""
    found = await viewer.services.identity.own_workspaces()
    return page(request, LeaveWorkspace(_find(found, workspace_id), only_one=_is_only(found)))


@router.post(PATH + "/{workspace_id}/leave")
async def leave(request: Request, viewer: SignedIn, workspace_id: UUID) -> Response:
    await read_form(request)
    identity = viewer.services.identity
    found = await identity.own_workspaces()
    left = _find(found, workspace_id)
    try:
        await identity.leave_workspace(workspace_id)
    except Refused as refusal:
        return back_with(request, refusal, PATH, 409)
    browser = browser_of(request)
    if only_one := _is_only(found):
        browser.signed_out()
    browser.say(_("You have left %(workspace)s.", workspace=left.display_name))
    return see_other("/sign-in" if only_one else PATH)


def _find(found: list[Membership], workspace_id: UUID) -> Membership:
    own = next((each for each in found if each.id == workspace_id and each.may_leave), None)
    if own is None:
        raise Refused(404, "not_found", _("Not found"), _("You are no user of this workspace."))
    return own


def _is_only(found: list[Membership]) -> bool:
    return len({each.id for each in found}) <= 1


async def _page(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    identity = viewer.services.identity
    workspaces, asked = await asyncio.gather(
        section(viewer, "session.own", identity.own_workspaces), section(viewer, "session.own", identity.asked)
    )
    several = not _is_only(workspaces.content or [])
    return page(request, OwnWorkspaces(workspaces, asked, form, several), status)
