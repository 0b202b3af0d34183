"""Inviting several customers or partners at once: of each it says what became of it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.clients.customers import Child
from services.portal.customers.account_paths import Base
from services.portal.customers.lists import ChildList, InList
from services.portal.forms import read_form
from services.portal.rendering import page, see_other
from services.portal.tables.bulk import RowResult, chosen_ids, key_of_row, say_none_chosen, tell_each
from services.portal.tables.results import RowResults
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()


@router.post("/{base}/{slug}/invitations/chosen/invite")
@router.post("/{base}/{slug}/partners/chosen/invite")
async def invite_chosen(request: Request, viewer: InWorkspace, base: Base, listed: InList) -> Response:
    """Sends the invitation of each chosen customer to its address on file (L8 to L11)."""
    ids, form = await chosen_ids(request), await read_form(request)
    if not ids:
        say_none_chosen(request)
        return see_other(listed.path)
    children = await asyncio.gather(*(_child(viewer, listed, each) for each in ids))

    async def invite(child: Child | None) -> object:
        if child is None:
            return RowResult(_name(child), "refused", _("It does not exist, or you may not see it."))
        if child.contact is None and not child.is_connected:
            href, text = listed.contact(child.id), _("There is no address on file that it could go to.")
            return RowResult(_name(child), "refused", text, href, _("Add address"))
        await viewer.services.identity.invite_customer(child.id, key_of_row(form, child.id))
        return _("The invitation is on its way to %(address)s.", address=child.contact.address if child.contact else "")

    told = await tell_each(children, _name, invite)
    shown = RowResults(_("What became of the invitations"), told, listed.id, listed.path, listed.title)
    return page(request, shown)


def _name(child: Child | None) -> str:
    return child.display_name if child else _("Not known")


async def _child(viewer: Viewer, listed: ChildList, child_id: UUID) -> Child | None:
    """None: there is none any more."""
    identity = viewer.services.identity
    try:
        child: Child = await (identity.partner(child_id) if listed.has_partners else identity.customer(child_id))
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return None
    return child
