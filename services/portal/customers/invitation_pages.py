"""Customers and partners that are Not Connected: an address on file first, then the invitation to it (L4 to L11)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.customers import Child
from services.portal.customers.account_paths import Base
from services.portal.customers.lists import ChildList, InList, list_in
from services.portal.customers.table import invitations_table
from services.portal.customers.views import AddressOnFile, NotConnectedList, SendInvitation
from services.portal.forms import IN_THE_FORM, Form, new_key, read_form
from services.portal.rendering import back_with, page, see_other
from services.portal.tables import Empty, TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/{base}/{slug}/invitations")
async def not_connected(request: Request, viewer: InWorkspace, base: Base) -> Response:
    listed = list_in(base, viewer.workspace.slug, "invitations")
    described = invitations_table(listed, lambda viewer: _everybody_connected(viewer, base))
    state = TableState.of(described, request.query_params, viewer)
    read = viewer.services.identity.customers
    found = await section(
        viewer,
        "customer.invite",
        lambda: read(status="not_connected", **state.asked(), totals=False, cursor=state.cursor, limit=PAGE_SIZE),
    )
    table = TableView(described, state, found, viewer, listed.path)
    return list_page(request, NotConnectedList(table, base))


def _everybody_connected(viewer: Viewer, base: Base) -> Empty:
    text = _("A customer that you add waits here until somebody there accepts the invitation.")
    path = list_in(base, viewer.workspace.slug, "customers").path
    return Empty("send", _("Everybody is connected"), text, f"{path}/new", _("Add customer"))


@router.get("/{base}/{slug}/invitations/{child_id}")
@router.get("/{base}/{slug}/partners/{child_id}/invitation")
async def confirm_invitation(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID
) -> Response:
    """Asks "Send Invitation?" (L8). It goes to the address on file and to no other (L10)."""
    child = await waiting(viewer, listed, child_id)
    return page(request, SendInvitation(child, listed, new_key()))


@router.post("/{base}/{slug}/invitations/{child_id}")
@router.post("/{base}/{slug}/partners/{child_id}/invitation")
async def send_invitation(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID
) -> Response:
    form, browser = await read_form(request), browser_of(request)
    try:
        await viewer.services.identity.invite_customer(child_id, form.key)
    except Refused as refusal:
        return back_with(request, refusal, listed.path, 409)
    browser.say(_("The invitation is on its way. An earlier link does not work any more."))
    return see_other(listed.path)


@router.post("/{base}/{slug}/invitations/{child_id}/revoke")
@router.post("/{base}/{slug}/partners/{child_id}/invitation/revoke")
async def revoke_invitation(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID
) -> Response:
    try:
        await viewer.services.identity.revoke_invitation_of(child_id)
    except Refused as refusal:
        return back_with(request, refusal, listed.path, 409)
    browser_of(request).say(_("The invitation is taken back. Its link does not work any more."))
    return see_other(listed.path)


@router.get("/{base}/{slug}/invitations/{child_id}/contact")
@router.get("/{base}/{slug}/partners/{child_id}/contact")
async def edit_address(request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID) -> Response:
    child = await waiting(viewer, listed, child_id)
    on_file = child.contact.model_dump() if child.contact else {}
    return page(request, AddressOnFile(child, listed, Form(on_file)))


@router.post("/{base}/{slug}/invitations/{child_id}/contact")
@router.post("/{base}/{slug}/partners/{child_id}/contact")
async def put_address_on_file(
    request: Request, viewer: InWorkspace, base: Base, listed: InList, child_id: UUID
) -> Response:
    form, child = await read_form(request), await waiting(viewer, listed, child_id)
    try:
        await viewer.services.identity.put_address_on_file(
            child_id, address=form.value("address"), display_name=form.value("display_name")
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return page(request, AddressOnFile(child, listed, form.refused(refusal)), refusal.status)
    after = await waiting(viewer, listed, child_id) if child.invitation else child
    said = _("%(address)s is on file.", address=form.value("address"))
    if child.invitation and not after.invitation:
        said += " " + _("The invitation to the former address is taken back: send a new one.")
    browser_of(request).say(said)
    return see_other(listed.path)


async def waiting(viewer: Viewer, listed: ChildList, child_id: UUID) -> Child:
    """A customer or partner of this list that is not connected yet."""
    identity = viewer.services.identity
    child: Child = await (identity.partner(child_id) if listed.has_partners else identity.customer(child_id))
    if child.is_connected:
        none_waiting = (
            _("There is no such partner waiting for an invitation.")
            if listed.has_partners
            else _("There is no such customer waiting for an invitation.")
        )
        raise Refused(404, "not_found", _("Not found"), none_waiting)
    return child
