"""The provider's staff propose that a customer goes to another seller, see what became of it, and take it back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.customers.lists import list_in
from services.portal.customers.places import Place, place_in
from services.portal.customers.views import Moving
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/customers/{child_id}/move"
BELOW_PARTNER = "/provider/{slug}/partners/{partner_id}/customers/{child_id}/move"
"""Of a customer of a partner."""


def _place(slug: str, child_id: UUID, partner_id: UUID | None = None) -> Place:
    listed = list_in("provider", slug, "partners" if partner_id else "customers")
    return place_in(listed, "move", child_id, partner_id)


Here = Annotated[Place, Depends(_place)]


@router.get(BELOW_PARTNER)
@router.get(PATH)
async def ask(request: Request, viewer: InWorkspace, place: Here) -> Response:
    return await _page(request, viewer, place, Form())


@router.post(BELOW_PARTNER)
@router.post(PATH)
async def propose(request: Request, viewer: InWorkspace, place: Here) -> Response:
    form, identity = await read_form(request), viewer.services.identity
    try:
        seller_id = UUID(form.value("to_workspace_id"))
    except ValueError:
        return await _page(request, viewer, place, form.objected("to_workspace_id", _("Choose a company.")), 422)
    return await send_form(
        request, form,
        identity.propose_move(place.child_id, to_workspace_id=seller_id, reason=form.value("reason")),
        refused=lambda wrong, status: _page(request, viewer, place, wrong, status),
        said=lambda _done: _("It is proposed. The customer’s admins get a mail, and have 14 days for an answer."),
        path=place.path,
    )  # fmt: skip


@router.post(f"{BELOW_PARTNER}/withdraw")
@router.post(f"{PATH}/withdraw")
async def withdraw(request: Request, viewer: InWorkspace, place: Here) -> Response:
    try:
        await viewer.services.identity.withdraw_move(place.child_id)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        return await _page(request, viewer, place, Form().refused(refusal), refusal.status)
    browser_of(request).say(_("The proposal is withdrawn. The customer’s admins get a mail."))
    return see_other(place.path)


async def _page(request: Request, viewer: Viewer, place: Place, form: Form, status: int = 200) -> Response:
    viewer.require("customer.move")
    identity = viewer.services.identity
    child = await identity.move_below(place.child_id)
    can_go = child.connected and not child.suspended and not (child.move and child.move.is_open)
    sellers = await identity.sellers_for(place.child_id) if can_go else []
    options = [(str(seller.id), seller.display_name) for seller in sellers]
    options = [("", _("Choose a company")), *options] if options else []
    return page(request, Moving(child, options, place.listed, place.path, place.back, form), status)
