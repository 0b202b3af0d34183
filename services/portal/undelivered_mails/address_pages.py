"""Addresses of all workspaces that no mails are sent to, because they come back, for the provider's staff."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.rendering import page
from services.portal.sending import send_button
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.undelivered_mails.address_table import ADDRESSES
from services.portal.undelivered_mails.views import AddressRelease, SuppressedAddressList
from services.portal.viewer import InWorkspace, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/undelivered-mails/addresses"


@router.get(PATH)
async def suppressed_addresses(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(ADDRESSES, request.query_params, viewer)
    read = viewer.services.notifications.suppressions
    q = state.searched(ADDRESSES)
    found = await section(viewer, "bill_group.view", lambda: read(q=q, cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(ADDRESSES, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, SuppressedAddressList(table))


@router.get(PATH + "/{suppression_id}/release")
async def confirm_release(request: Request, viewer: InWorkspace, suppression_id: UUID) -> Response:
    found = await viewer.services.notifications.suppression(suppression_id)
    return page(request, AddressRelease(found, PATH.format(slug=viewer.workspace.slug)))


@router.post(PATH + "/{suppression_id}/release")
async def release(request: Request, viewer: InWorkspace, suppression_id: UUID) -> Response:
    act = partial(viewer.services.notifications.release_suppression, suppression_id)
    said = _("Mails are sent to this address again. What was not sent meanwhile waits under Undelivered mails.")
    return await send_button(request, act, said, PATH.format(slug=viewer.workspace.slug))
