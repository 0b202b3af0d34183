"""The page on which a customer's admins decide who sells to it."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.moves.views import ProposedMove
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter(prefix="/w/{slug}/move")


@router.get("")
async def proposed_move(request: Request, viewer: InWorkspace) -> Response:
    return await _page(request, viewer, Form())


@router.post("/{move_id}/consent")
async def consent(request: Request, viewer: InWorkspace, move_id: UUID) -> Response:
    await read_form(request)
    try:
        await viewer.services.identity.consent_to_move(move_id)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        return await _page(request, viewer, Form().refused(refusal), refusal.status)
    browser_of(request).say(_("You have consented. Your new seller looks after you from now on."))
    return see_other(viewer.path(""))


@router.post("/{move_id}/decline")
async def decline(request: Request, viewer: InWorkspace, move_id: UUID) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.decline_move(move_id, reason=form.value("reason"))
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _page(request, viewer, form.refused(refusal), refusal.status)
    browser_of(request).say(_("You have declined. Everything stays as it is."))
    return see_other(viewer.path(""))


async def _page(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    viewer.require("move.decide")
    return page(request, ProposedMove(await viewer.services.identity.move_here(), form), status)
