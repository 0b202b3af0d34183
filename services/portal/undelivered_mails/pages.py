"""Mails of all workspaces that wait for a recipient or could not be sent, with a button to try one again, for the
provider's staff."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.sending import send_button
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.undelivered_mails.table import UNDELIVERED_MAILS
from services.portal.undelivered_mails.views import UndeliveredMailList
from services.portal.viewer import InWorkspace, section
from shared.language import current_localisation
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/undelivered-mails"


@router.get(PATH)
async def undelivered_mails(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(UNDELIVERED_MAILS, request.query_params, viewer)
    read, tag = viewer.services.notifications.undelivered_mails, current_localisation().tag
    found = await section(viewer, "bill_group.view", lambda: read(locale=tag, cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(UNDELIVERED_MAILS, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, UndeliveredMailList(table))


@router.post(PATH + "/{message_id}/retry")
async def retry(request: Request, viewer: InWorkspace, message_id: UUID) -> Response:
    """The list says what became of it."""
    act = partial(viewer.services.notifications.retry_undelivered_mail, message_id)
    return await send_button(request, act, _("The mail is being tried again."), PATH.format(slug=viewer.workspace.slug))
