from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.notifications.notices import reading, service
from services.notifications.notices.schemas import NoticeRead, ReadAll, UnreadRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale, TimeZone
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("notifications", "notices")

InLocale = Annotated[Locale, Query(description="the language of the texts, with a region")]
InZone = Annotated[TimeZone | None, Query(description="the time zone of times in the texts; by default UTC")]


@router.get("", guard=allow("preference.edit"), response_model=Page[NoticeRead])
async def list_notices(
    request: Request,
    read: Reader,
    unread: bool = False,
    cursor: Cursor = None,
    limit: Limit = 20,
    locale: InLocale = DEFAULT_TAG,
    time_zone: InZone = None,
) -> Response:
    """What the caller is told of in the portal, about all workspaces that they have access to, the newest first; with
    ``unread`` only what they have not read. A notice is over once what it asks for was done, and after 90 days."""
    public_url = request.app.state.runtime.settings.public_url.rstrip("/")
    reader = reading.reader_of(locale, time_zone)
    rows = await reading.list_notices(
        read, unread=unread, cursor=cursor, limit=limit, reader=reader, public_url=public_url
    )
    return page_response(rows, limit, ("at", "id"))


@router.get("/unread", guard=allow("preference.edit"), response_model=UnreadRead)
async def count_unread(read: Reader) -> Response:
    """How many of them the caller has not read."""
    return json_response({"unread": await reading.count_unread(read)})


@router.post("/read-all", guard=allow("preference.edit"), status_code=204)
async def read_all(body: ReadAll, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Mark all notices up to a moment as read."""
    await service.read_all(session, access, body.until, real_now)


@router.post("/{notice_id}/read", guard=allow("preference.edit"), status_code=204, problems=(NotFound,))
async def read_notice(notice_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Mark one notice as read."""
    await service.read_notice(session, access, notice_id, real_now)
