"""The page *Edit Customer Account*: who the two holders are, replacing one, and what is left to them."""

from collections.abc import Awaitable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.holders import Slot
from services.portal.forms import Form, read_form
from services.portal.holders.views import SLOTS, ChangeHolder, HoldersPage
from services.portal.rendering import page, see_other
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter(prefix="/w/{slug}/holders")


@router.get("")
async def holders(request: Request, viewer: InWorkspace) -> Response:
    return await _page(request, viewer, Form())


@router.get("/slots/{slot}")
async def ask_who(request: Request, viewer: InWorkspace, slot: Slot) -> Response:
    return await _form(request, viewer, slot, Form())


@router.post("/slots/{slot}")
async def propose(request: Request, viewer: InWorkspace, slot: Slot) -> Response:
    """Asks somebody to become a holder. Both get a mail; nothing changes before the person confirms."""
    form = await read_form(request)
    address = form.value("address")
    return await send_form(
        request, form, viewer.services.identity.propose_holder(slot, address=address),
        refused=lambda wrong, status: _form(request, viewer, slot, wrong, status),
        said=lambda _done: _("%(address)s is asked by mail. It takes effect when they confirm.", address=address),
        path=viewer.path("holders"),
    )  # fmt: skip


@router.post("/changes/{change_id}/withdraw")
async def withdraw(request: Request, viewer: InWorkspace, change_id: UUID) -> Response:
    identity, said = viewer.services.identity, _("It is withdrawn. Whoever was told of it gets a mail.")
    return await _answer(request, viewer, identity.withdraw_holder_change(change_id), said)


@router.post("/changes/{change_id}/confirm")
async def confirm(request: Request, viewer: InWorkspace, change_id: UUID) -> Response:
    identity, said = viewer.services.identity, _("You are a holder of this account now.")
    return await _answer(request, viewer, identity.confirm_holder_change(change_id), said)


@router.post("/changes/{change_id}/decline")
async def decline(request: Request, viewer: InWorkspace, change_id: UUID) -> Response:
    identity, said = viewer.services.identity, _("You have declined. Nothing has changed.")
    return await _answer(request, viewer, identity.decline_holder_change(change_id), said)


@router.post("/changes/{change_id}/undo")
async def undo(request: Request, viewer: InWorkspace, change_id: UUID) -> Response:
    identity, said = viewer.services.identity, _("It is undone. You are a holder of this account again.")
    return await _answer(request, viewer, identity.undo_holder_change(change_id), said)


@router.post("/control")
async def choose_control(request: Request, viewer: InWorkspace) -> Response:
    """Leaves what is most important to the two holders, or to every admin."""
    left = (await read_form(request)).value("holder_control") == "true"
    said = _("Every admin may change the account.")
    if left:
        said = _("Only the two holders may change the account from now on.")
    return await _answer(request, viewer, viewer.services.identity.put_holder_control(left), said)


@router.post("/check")
async def check(request: Request, viewer: InWorkspace) -> Response:
    """Says that both holders are right, for a year."""
    said = _("Thank you. We ask again in a year.")
    return await _answer(request, viewer, viewer.services.identity.check_holders(), said)


async def _answer(request: Request, viewer: Viewer, done: Awaitable[None], said: str) -> Response:
    try:
        await done
    except Refused as refusal:
        if refusal.status != 409:
            raise
        return await _page(request, viewer, Form().refused(refusal), refusal.status)
    browser_of(request).say(said)
    return see_other(viewer.path("holders"))


async def _page(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    viewer.require("user.list")
    return page(request, HoldersPage(await viewer.services.identity.holders(), SLOTS, form), status)


async def _form(request: Request, viewer: Viewer, slot: Slot, form: Form, status: int = 200) -> Response:
    viewer.require("holder.change")
    found = await viewer.services.identity.holders()
    return page(request, ChangeHolder(slot, found.of(slot), form), status)
