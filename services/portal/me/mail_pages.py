"""What was mailed to a person, and having it mailed again."""

import asyncio
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.me.views import OwnMailsPage
from services.portal.rendering import page
from services.portal.sending import NOT_ANY_MORE, send_button
from services.portal.texts import Texts
from services.portal.viewer import SignedIn, section
from shared.language import current_localisation, mark
from shared.language import gettext as _

router = APIRouter()

PATH = "/me/mails"
PAGE_SIZE = 20
REASONS = Texts(
    {
        "switched_off": mark("You have switched off mails of this kind."),
        "same_address": mark("The receipt went to the same address."),
        "removed": mark("You were not to get it any more."),
        "bounced": mark("Mails to your address came back."),
        "stopped": mark("The sender has stopped it before it was sent."),
        "refused": mark("Your mail server refused it."),
        "not_reached": mark("The mail server was not reached."),
    }
)


@router.get(PATH)
async def own_mails(request: Request, viewer: SignedIn, cursor: str = "") -> Response:
    read, tag = viewer.services.notifications.own_mails, current_localisation().tag
    found, returned = await asyncio.gather(
        section(viewer, "preference.edit", lambda: read(cursor=cursor, limit=PAGE_SIZE, locale=tag)),
        section(viewer, "preference.edit", viewer.services.notifications.own_suppression),
    )
    return page(request, OwnMailsPage(found, REASONS, _("It could not be delivered."), returned))


@router.post(PATH + "/try-again")
async def try_again(request: Request, viewer: SignedIn) -> Response:
    """Mails come back: whether they do still."""
    said = _("A test mail is on its way to you. Mails are sent to you again, unless it comes back.")
    act = viewer.services.notifications.release_own_suppression
    return await send_button(request, act, said, PATH, (*NOT_ANY_MORE, 429))


@router.post(PATH + "/{mail_id}/again")
async def send_again(request: Request, viewer: SignedIn, mail_id: UUID) -> Response:
    """As a new mail, which the list shows then."""
    act = partial(viewer.services.notifications.send_own_mail_again, mail_id)
    return await send_button(request, act, _("The mail is sent again."), PATH)
