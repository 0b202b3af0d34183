"""The workspace's users, and its open invitations (K12)."""

import asyncio
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.identity import Member
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer, section

router = APIRouter()

FIELDS = ("address", "display_name", "role")


@router.get("/w/{slug}/users")
async def users(request: Request, viewer: InWorkspace, tab: Literal["members", "invitations"] = "members") -> Response:
    members, invitations = await asyncio.gather(
        section(viewer, "user.list", viewer.services.identity.users),
        section(viewer, "user.list", viewer.services.identity.invitations),
    )
    return page(request, "pages/users/list.html", members=members, invitations=invitations, tab=tab)


@router.get("/w/{slug}/users/invite")
async def ask_whom_to_invite(request: Request, viewer: InWorkspace) -> Response:
    return page(request, "pages/users/invite.html", form=Form())


@router.post("/w/{slug}/users/invite")
async def invite(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.invite_user(**{name: form.value(name) for name in FIELDS}, key=form.key)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return page(request, "pages/users/invite.html", refusal.status, form=form.refused(refusal))
    browser_of(request).say(f"The invitation is on its way to {form.value('address')}.")
    return see_other(viewer.path("users?tab=invitations"))


@router.get("/w/{slug}/users/{user_id}")
async def edit_user(request: Request, viewer: InWorkspace, user_id: UUID) -> Response:
    member = await _member(viewer, user_id)
    return page(request, "pages/users/edit.html", member=member, form=Form({"role": member.role}))


@router.post("/w/{slug}/users/{user_id}")
async def change_role(request: Request, viewer: InWorkspace, user_id: UUID) -> Response:
    """Changes the role (K24); the last admin must stay admin (D15)."""
    form = await read_form(request)
    try:
        await viewer.services.identity.change_role(user_id, form.value("role"))
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        context = {"member": await _member(viewer, user_id), "form": form.refused(refusal)}
        return page(request, "pages/users/edit.html", refusal.status, **context)
    browser_of(request).say("The role is changed. It holds from the next click on.")
    return see_other(viewer.path("users"))


@router.post("/w/{slug}/users/{user_id}/remove")
async def remove_user(request: Request, viewer: InWorkspace, user_id: UUID) -> Response:
    """Ends the user's access to this workspace at once (D14)."""
    try:
        await viewer.services.identity.remove_user(user_id)
        browser_of(request).say("The user is removed from this workspace.")
    except Refused as refusal:
        if refusal.status != 409:
            raise
        browser_of(request).say(refusal.detail, "bad")
    return see_other(viewer.path("users"))


async def _member(viewer: Viewer, user_id: UUID) -> Member:
    for member in await viewer.services.identity.users():
        if member.id == user_id:
            return member
    raise Refused(404, "not_found", "Not found", "There is no such user in this workspace.")


@router.post("/w/{slug}/users/invitations/{invitation_id}/revoke")
async def revoke(request: Request, viewer: InWorkspace, invitation_id: UUID) -> Response:
    await viewer.services.identity.revoke_invitation(invitation_id)
    browser_of(request).say("The invitation is taken back. Its link does not work any more.")
    return see_other(viewer.path("users?tab=invitations"))
