"""The page on which a customer's admins decide who sells to it."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.forms import Form, read_form
from services.portal.moves.views import ProposedMove
from services.portal.rendering import page
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter(prefix="/w/{slug}/move")


@router.get("")
async def proposed_move(request: Request, viewer: InWorkspace) -> Response:
    return await _page(request, viewer, Form())


@router.post("/{move_id}/consent")
async def consent(request: Request, viewer: InWorkspace, move_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.identity.consent_to_move(move_id),
        refused=lambda wrong, status: _page(request, viewer, wrong, status),
        said=lambda _done: _("You have consented. Your new seller looks after you from now on."), path=viewer.path(""),
    )  # fmt: skip


@router.post("/{move_id}/decline")
async def decline(request: Request, viewer: InWorkspace, move_id: UUID) -> Response:
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.identity.decline_move(move_id, reason=form.value("reason")),
        refused=lambda wrong, status: _page(request, viewer, wrong, status),
        said=lambda _done: _("You have declined. Everything stays as it is."), path=viewer.path(""),
    )  # fmt: skip


async def _page(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    viewer.require("move.decide")
    return page(request, ProposedMove(await viewer.services.identity.move_here(), form), status)
