"""The workspace's users, and its open invitations (K12)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.identity import Member
from services.portal.forms import Form, read_form
from services.portal.rendering import back_with, page, see_other
from services.portal.sending import send_form
from services.portal.tables.bulk import each_chosen, say_outcome
from services.portal.users.lists import user_list
from services.portal.users.table import INVITATIONS, MEMBERS
from services.portal.users.views import EditUser, InviteUser
from services.portal.viewer import InWorkspace
from services.portal.vocabulary import ROLES
from shared.language import gettext as _
from shared.language import ngettext

router = APIRouter()

FIELDS = ("address", "display_name", "role")


@router.get("/w/{slug}/users")
async def users(request: Request, viewer: InWorkspace) -> Response:
    return await user_list(request, viewer, MEMBERS, "members", "users", "user.list", viewer.services.identity.users)


@router.get("/w/{slug}/users/invitations")
async def invitations(request: Request, viewer: InWorkspace) -> Response:
    read = viewer.services.identity.invitations
    return await user_list(request, viewer, INVITATIONS, "invitations", "users/invitations", "user.list", read)


@router.get("/w/{slug}/users/invite")
async def ask_whom_to_invite(request: Request, viewer: InWorkspace) -> Response:
    return page(request, InviteUser(Form()))


@router.post("/w/{slug}/users/invite")
async def invite(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    person = {name: form.value(name) for name in FIELDS}
    return await send_form(
        request, form, viewer.services.identity.invite_user(**person, key=form.key),
        refused=lambda wrong, status: page(request, InviteUser(wrong), status),
        said=lambda _done: _("The invitation is on its way to %(address)s.", address=form.value("address")),
        path=viewer.path("users/invitations"),
    )  # fmt: skip


@router.post("/w/{slug}/users/chosen/remove")
async def remove_chosen(request: Request, viewer: InWorkspace) -> Response:
    """Ends the access of each of the chosen people to this workspace. The last admin stays."""
    outcome = await each_chosen(request, lambda user_id, key: viewer.services.identity.remove_user(user_id))
    done = ngettext(
        "%(num)s person has no access to %(company)s any more.",
        "%(num)s people have no access to %(company)s any more.",
        outcome.done,
        company=viewer.workspace.display_name,
    )
    say_outcome(request, outcome, done)
    return see_other(viewer.path("users"))


@router.get("/w/{slug}/users/{user_id}")
async def edit_user(request: Request, viewer: InWorkspace, user_id: UUID) -> Response:
    member = await viewer.services.identity.user(user_id)
    return page(request, EditUser(member, Form({"role": member.role})))


@router.post("/w/{slug}/users/{user_id}")
async def change_role(request: Request, viewer: InWorkspace, user_id: UUID) -> Response:
    """Changes the role (K24); the last admin must stay admin (D15)."""
    form = await read_form(request)

    async def refused(wrong: Form, status: int) -> Response:
        return page(request, EditUser(await viewer.services.identity.user(user_id), wrong), status)

    def said(member: Member) -> str:
        names = {"user": member.display_name, "role": ROLES.get(member.role, member.role)}
        names["company"] = viewer.workspace.display_name
        return _("%(user)s has the role %(role)s in %(company)s from the next click on.", **names)

    changing = viewer.services.identity.change_role(user_id, form.value("role"))
    return await send_form(request, form, changing, refused=refused, said=said, path=viewer.path("users"))


@router.post("/w/{slug}/users/{user_id}/remove")
async def remove_user(request: Request, viewer: InWorkspace, user_id: UUID) -> Response:
    """Ends the user's access to this workspace at once (D14)."""
    names = {"user": (await viewer.services.identity.user(user_id)).display_name}
    names["company"] = viewer.workspace.display_name
    try:
        await viewer.services.identity.remove_user(user_id)
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("users"), 409)
    browser_of(request).say(_("%(user)s has no access to %(company)s any more.", **names))
    return see_other(viewer.path("users"))


@router.post("/w/{slug}/users/invitations/chosen/revoke")
async def revoke_chosen(request: Request, viewer: InWorkspace) -> Response:
    """Takes back each of the chosen invitations."""
    outcome = await each_chosen(request, lambda each, key: viewer.services.identity.revoke_invitation(each))
    done = ngettext("%(num)s invitation is taken back.", "%(num)s invitations are taken back.", outcome.done)
    say_outcome(request, outcome, done)
    return see_other(viewer.path("users/invitations"))


@router.post("/w/{slug}/users/invitations/chosen/resend")
async def resend_chosen(request: Request, viewer: InWorkspace) -> Response:
    """Sends each of the chosen invitations again, with a new link."""
    outcome = await each_chosen(request, viewer.services.identity.resend_invitation)
    done = ngettext(
        "%(num)s invitation is sent again. Its earlier link does not work any more.",
        "%(num)s invitations are sent again. Their earlier links do not work any more.",
        outcome.done,
    )
    say_outcome(request, outcome, done)
    return see_other(viewer.path("users/invitations"))


@router.post("/w/{slug}/users/invitations/{invitation_id}/resend")
async def resend(request: Request, viewer: InWorkspace, invitation_id: UUID) -> Response:
    try:
        await viewer.services.identity.resend_invitation(invitation_id, (await read_form(request)).key)
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("users/invitations"), 409)
    browser_of(request).say(_("The invitation is sent again. Its earlier link does not work any more."))
    return see_other(viewer.path("users/invitations"))


@router.post("/w/{slug}/users/invitations/{invitation_id}/revoke")
async def revoke(request: Request, viewer: InWorkspace, invitation_id: UUID) -> Response:
    await viewer.services.identity.revoke_invitation(invitation_id)
    browser_of(request).say(_("The invitation is taken back. Its link does not work any more."))
    return see_other(viewer.path("users/invitations"))
