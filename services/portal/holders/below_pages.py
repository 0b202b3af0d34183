"""Two of the provider's staff replace a holder of a customer or partner together, where its own holders cannot."""

from collections.abc import Awaitable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.holders import Slot
from services.portal.customers.places import Place, place_of
from services.portal.forms import Form, read_form
from services.portal.holders.views import SLOTS, HoldersBelowPage
from services.portal.rendering import page, see_other
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace, Viewer
from services.portal.vocabulary import HOLDERS
from shared.language import gettext as _

router = APIRouter()

PATH = "/{base}/{slug}/{list_name}/{child_id}/holders"
BELOW_PARTNER = "/{base}/{slug}/{list_name}/{partner_id}/customers/{child_id}/holders"
"""Of a customer of a partner."""


Here = Annotated[Place, Depends(place_of("holders"))]


@router.get(BELOW_PARTNER)
@router.get(PATH)
async def holders_below(request: Request, viewer: InWorkspace, place: Here) -> Response:
    return await _page(request, viewer, place, Form())


@router.post(f"{BELOW_PARTNER}/slots")
@router.post(f"{PATH}/slots")
async def request_change(request: Request, viewer: InWorkspace, place: Here) -> Response:
    """The first of two. Nothing happens before somebody else of the staff agrees."""
    form, identity = await read_form(request), viewer.services.identity
    slot: Slot = "alternate" if form.value("slot") == "alternate" else "primary"
    asked = {"address": form.value("address"), "reason": form.value("reason")}
    return await send_form(
        request, form, identity.request_holder_below(place.child_id, slot, **asked),
        refused=lambda wrong, status: _page(request, viewer, place, wrong, status),
        said=lambda _done: _("It waits for somebody else of you to agree."), path=place.path,
    )  # fmt: skip


@router.post(f"{BELOW_PARTNER}/changes/{{change_id}}/second")
@router.post(f"{PATH}/changes/{{change_id}}/second")
async def second(request: Request, viewer: InWorkspace, place: Here, change_id: UUID) -> Response:
    done = viewer.services.identity.second_holder_change(place.child_id, change_id)
    said = _("You agreed. The new holder and the present ones get a mail.")
    return await _answer(request, viewer, place, done, said)


@router.post(f"{BELOW_PARTNER}/changes/{{change_id}}/withdraw")
@router.post(f"{PATH}/changes/{{change_id}}/withdraw")
async def withdraw(request: Request, viewer: InWorkspace, place: Here, change_id: UUID) -> Response:
    done = viewer.services.identity.withdraw_holder_change_below(place.child_id, change_id)
    return await _answer(request, viewer, place, done, _("It is withdrawn."))


async def _answer(request: Request, viewer: Viewer, place: Place, done: Awaitable[None], said: str) -> Response:
    try:
        await done
    except Refused as refusal:
        if refusal.status != 409:
            raise
        return await _page(request, viewer, place, Form().refused(refusal), refusal.status)
    browser_of(request).say(said)
    return see_other(place.path)


async def _page(request: Request, viewer: Viewer, place: Place, form: Form, status: int = 200) -> Response:
    viewer.require("holder.change_below")
    found = await viewer.services.identity.holders_below(place.child_id)
    options = [(slot, HOLDERS[slot]) for slot in SLOTS]
    return page(request, HoldersBelowPage(found, SLOTS, options, place.listed, place.path, place.back, form), status)
