from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.notifications.own_mails import service
from services.notifications.own_mails.schemas import AskedAgainRead, OwnMailRead
from services.notifications.own_mails.service import NotToBeSentAgain, TooManyAgain
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.pages import Cursor, Limit, Page, page_response
from shared.reads import Reader

router = Router("notifications", "own-mails")

InLocale = Annotated[Locale, Query(description="the language of the titles, with a region")]


@router.get("", guard=allow("preference.edit"), response_model=Page[OwnMailRead])
async def list_own_mails(
    read: Reader, cursor: Cursor = None, limit: Limit = 20, locale: InLocale = DEFAULT_TAG
) -> Response:
    """What was mailed to the caller in the last 90 days, and what became of it, the newest first. Mails to sign in and
    invitations are not among them."""
    rows = await service.list_own_mails(read, cursor=cursor, limit=limit, tag=locale)
    return page_response(rows, limit, ("at", "id"))


@router.post(
    "/{mail_id}/again",
    guard=allow("preference.edit"),
    status_code=202,
    problems=(NotFound, NotToBeSentAgain, TooManyAgain),
)
async def send_own_mail_again(
    mail_id: UUID, session: Session, read: Reader, access: CurrentAccess, real_now: RealNow, once: Once
) -> AskedAgainRead:
    """Have one of the caller's mails sent to them again, as a new one, at their address of now: each at most once an
    hour, ten a day."""  # (D23)

    async def work() -> AskedAgainRead:
        await service.ask_again(session, read, mail_id, access, real_now)
        return AskedAgainRead(id=mail_id)

    return await once(None, AskedAgainRead, work)
