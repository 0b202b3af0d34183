"""What a person is told of in the portal, about all of their workspaces. The pages belong to the person, not to a
workspace."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import read_form
from services.portal.live_pages import live_part
from services.portal.notices.views import NoticesPage, NoticesPart
from services.portal.rendering import page, part, see_other
from services.portal.runtime import runtime_of
from services.portal.security import local_path
from services.portal.viewer import SignedIn, Viewer, section
from shared.language import current_localisation
from shared.language import gettext as _

router = APIRouter()

PATH = "/notifications"
PAGE_SIZE = 20


@router.get(PATH)
async def notices(request: Request, viewer: SignedIn, unread: bool = False, cursor: str = "") -> Response:
    return page(request, NoticesPage(**vars(await _read(viewer, unread, cursor))))


@router.get(PATH + "/part")
async def notices_part(request: Request, viewer: SignedIn, unread: bool = False) -> Response:
    """The same part as the stream sends, for polling where streams are blocked."""
    return part(request, await _read(viewer, unread))


@router.get(PATH + "/events")
async def notice_events(request: Request, viewer: SignedIn, unread: bool = False) -> Response:
    async def read(anew: Viewer) -> tuple[NoticesPart, bool]:
        return await _read(anew, unread), False

    return live_part(request, viewer, read, watched=str(viewer.user.id))


@router.post(PATH + "/read-all")
async def read_all(request: Request, viewer: SignedIn) -> Response:
    form = await read_form(request)
    with suppress(ValueError):  # somebody changed the hidden field
        await viewer.services.notifications.read_all_notices(datetime.fromisoformat(form.value("until")))
        runtime_of(request).unread.forget(viewer.user.id)
        browser_of(request).say(_("All notifications are marked as read."))
    return see_other(PATH)


@router.post(PATH + "/{notice_id}")
async def open_notice(request: Request, viewer: SignedIn, notice_id: UUID) -> Response:
    """Marks a notice as read, and goes on to what it is about, perhaps in another workspace. One that is over by now
    still leads there."""
    form = await read_form(request)
    try:
        await viewer.services.notifications.read_notice(notice_id)
    except Refused as refusal:
        if refusal.status != 404:
            raise
    runtime_of(request).unread.forget(viewer.user.id)
    return see_other(local_path(form.value("path"), PATH))


async def _read(viewer: Viewer, unread: bool, cursor: str = "") -> NoticesPart:
    reader = current_localisation()
    found = await section(
        viewer,
        "preference.edit",
        lambda: viewer.services.notifications.notices(
            unread=unread, cursor=cursor, limit=PAGE_SIZE, locale=reader.tag, time_zone=reader.zone
        ),
    )
    return NoticesPart(found, unread, not cursor)
