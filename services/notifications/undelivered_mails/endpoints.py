from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.notifications.undelivered_mails import service
from services.notifications.undelivered_mails.schemas import RetriedMailRead, UndeliveredMailRead
from services.notifications.undelivered_mails.service import AlreadyBeingSent
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.pages import Cursor, Limit, Page, page_response
from shared.reads import Reader
from shared.scope import acting_in

router = Router("notifications", "undelivered-mails")

InLocale = Annotated[Locale, Query(description="the language of the titles, with a region")]


@router.get("", guard=allow("bill_group.view"), response_model=Page[UndeliveredMailRead])
async def list_undelivered_mails(
    read: Reader, cursor: Cursor = None, limit: Limit = 50, locale: InLocale = DEFAULT_TAG
) -> Response:
    """The mails of all workspaces that wait for a recipient or could not be sent, for the provider's staff. The newest
    first. One that was given up stays for 90 days. Mails to sign in and invitations are not among them."""
    rows = await service.list_undelivered(read, cursor=cursor, limit=limit, tag=locale)
    return page_response(rows, limit, ("since", "id"))


@router.post(
    "/{message_id}/retry", guard=allow("bill_group.manage"), status_code=202, problems=(NotFound, AlreadyBeingSent)
)
async def retry_undelivered_mail(
    message_id: UUID, session: Session, access: CurrentAccess, real_now: RealNow, once: Once
) -> RetriedMailRead:
    """Have a mail of the list tried again at once, after what was in the way is put right: an address, the mail server.
    One that was given up is tried for three days again."""

    async def work() -> RetriedMailRead:
        workspace_id = await service.workspace_of_undelivered(session, message_id)
        async with acting_in(session, workspace_id, access.user_id):
            await service.retry_mail(session, message_id, access, real_now)
        return RetriedMailRead(id=message_id, state="retrying")

    return await once(None, RetriedMailRead, work)
