"""Which team members may work for a customer or a partner: link a user, change the role, revoke with one click (P14
to P17, P24)."""

import asyncio
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.customers import Child
from services.portal.clients.links import Link
from services.portal.customers.account_paths import Base
from services.portal.customers.lists import ChildList, InList
from services.portal.customers.views import ManageUsers, ManageUsersPanel
from services.portal.forms import Form, read_form
from services.portal.rendering import page, part, see_other, wants_part
from services.portal.tables.bulk import chosen_ids, each_chosen
from services.portal.viewer import InWorkspace, Viewer
from services.portal.vocabulary import ROLES
from shared.language import formats, ngettext
from shared.language import gettext as _

router = APIRouter()

PATH = "/{base}/{slug}/{list_name}/{child_id}/users"


@router.get(PATH)
async def manage_users(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID, cursor: str = "",
    offered: str = "",
) -> Response:  # fmt: skip
    """``cursor`` is that of the linked users, ``offered`` that of those who can be linked."""
    return await _panel(request, viewer, listed, child_id, Form(), cursor=cursor, offered=offered)


@router.post(PATH)
async def link_user(request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID) -> Response:
    """Links all chosen people. A new link starts with the role Support, unless another one was chosen (P16)."""
    form, chosen = await read_form(request), await chosen_ids(request)
    if not chosen:
        return await _panel(request, viewer, listed, child_id, form.objected("chosen", _("Select a user.")), 422)
    role, last_day, linked = form.value("role", "support"), form.value("last_day"), list[Link]()

    async def link(user_id: UUID, key: str) -> None:
        linked.append(await viewer.services.identity.link_user(child_id, str(user_id), role, last_day, key))

    outcome = await each_chosen(request, link)
    if not linked:
        message = outcome.why or _("Nobody was linked. Please try it again.")
        return await _panel(request, viewer, listed, child_id, replace(form, message=message), 409)
    child = await _child(viewer, listed, child_id)
    said = [_may_work(each, child) for each in linked]
    if outcome.refused or outcome.left:
        left = outcome.refused + outcome.left
        said.append(ngettext("%(num)s person was not linked.", "%(num)s people were not linked.", left))
    return await _say(request, viewer, listed, child, " ".join([*said, outcome.why]).strip())


@router.post(PATH + "/{link_id}")
async def change_role(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID, link_id: UUID
) -> Response:
    form = await read_form(request)
    link = await viewer.services.identity.change_link(link_id, form.value("role"))
    child = await _child(viewer, listed, child_id)
    return await _say(request, viewer, listed, child, _may_work(link, child))


@router.post(PATH + "/{link_id}/last-day")
async def change_last_day(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID, link_id: UUID
) -> Response:
    """Until when the person may work for this customer; without a day until somebody ends it."""
    form = await read_form(request)
    try:
        link = await viewer.services.identity.change_last_day(link_id, form.value("last_day"))
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return await _panel(request, viewer, listed, child_id, form.refused(refusal), refusal.status)
    child = await _child(viewer, listed, child_id)
    return await _say(request, viewer, listed, child, _may_work(link, child))


@router.post(PATH + "/{link_id}/revoke")
async def revoke(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID, link_id: UUID
) -> Response:
    """Takes effect at once, also while the person works for this customer (D14)."""
    child, known = await asyncio.gather(
        _child(viewer, listed, child_id), viewer.services.identity.links(child_id, limit=200)
    )
    await viewer.services.identity.unlink(link_id)
    who = next((each.user.display_name for each in known.items if each.id == link_id), None)
    text = (
        _("%(user)s has no access to %(company)s any more.", user=who, company=child.display_name)
        if who
        else _("The access to %(company)s is ended.", company=child.display_name)
    )
    return await _say(request, viewer, listed, child, text)


def _may_work(link: Link, child: Child) -> str:
    """Says who may do what, where, and until when."""
    names = {"user": link.user.display_name, "company": child.display_name, "role": ROLES.get(link.role, link.role)}
    if link.last_day:
        day = formats.day(link.last_day)
        return _("%(user)s may work for %(company)s with %(role)s access until %(day)s.", day=day, **names)
    return _("%(user)s may work for %(company)s with %(role)s access now.", **names)


async def _say(request: Request, viewer: Viewer, listed: ChildList, child: Child, text: str) -> Response:
    if wants_part(request):
        return await _panel(request, viewer, listed, child.id, Form(), notice=text)
    browser_of(request).say(text)
    return see_other(listed.users(child.id))


async def _child(viewer: Viewer, listed: ChildList, child_id: UUID) -> Child:
    identity = viewer.services.identity
    child: Child = await (identity.partner(child_id) if listed.has_partners else identity.customer(child_id))
    return child


async def _panel(
    request: Request, viewer: Viewer, listed: ChildList, child_id: UUID, form: Form, status: int = 200,
    notice: str = "", cursor: str = "", offered: str = "",
) -> Response:  # fmt: skip
    identity = viewer.services.identity
    links, linkable, child = await asyncio.gather(
        identity.links(child_id, cursor=cursor),
        identity.linkable(child_id, cursor=offered),
        _child(viewer, listed, child_id),
    )
    shown = ManageUsersPanel if wants_part(request) else ManageUsers
    view = shown(child, links, linkable, listed.users(child_id), listed, form, notice, cursor, offered)
    return part(request, view, status) if wants_part(request) else page(request, view, status)
