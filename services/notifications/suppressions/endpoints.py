from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.notifications.suppressions import service
from services.notifications.suppressions.schemas import OwnSuppressionRead, ReleasedRead, SuppressionRead
from services.notifications.suppressions.service import TooManyTries
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("notifications", "suppressions")

Searched = Annotated[str, Query(max_length=100, description="a part of the address, or of the workspace's name")]


@router.get("", guard=allow("bill_group.view"), response_model=Page[SuppressionRead])
async def list_suppressions(read: Reader, q: Searched = "", cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The addresses of all workspaces that no mails are sent to, because they come back, for the provider's staff. The
    newest first. Mails to sign in and invitations are sent to them all the same."""
    rows = await service.list_suppressions(read, q, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("since", "id"))


@router.get("/own", guard=allow("preference.edit"), response_model=OwnSuppressionRead)
async def get_own_suppression(read: Reader, real_now: RealNow) -> Response:
    """Whether mails to the caller come back, so that none are sent but those to sign in."""
    return json_response(await service.read_own(read, real_now))


@router.post("/own/release", guard=allow("preference.edit"), status_code=202, problems=(NotFound, TooManyTries))
async def release_own_suppression(
    session: Session, access: CurrentAccess, real_now: RealNow, once: Once
) -> OwnSuppressionRead:
    """Have mails sent to the caller's address again, after its mailbox is put right, and a test mail at once: three
    times a day. If that comes back, too, none are sent again."""  # (D24)

    async def work() -> OwnSuppressionRead:
        left = await service.release_own(session, access, real_now)
        return OwnSuppressionRead(since=None, reason=None, tries_left=left)

    return await once(None, OwnSuppressionRead, work)


@router.get("/{suppression_id}", guard=allow("bill_group.view"), response_model=SuppressionRead)
async def get_suppression(suppression_id: UUID, read: Reader) -> Response:
    """One address that no mails are sent to."""
    return json_response(await service.read_suppression(read, suppression_id))


@router.post("/{suppression_id}/release", guard=allow("bill_group.manage"), problems=(NotFound,))
async def release_suppression(
    suppression_id: UUID, session: Session, access: CurrentAccess, real_now: RealNow, once: Once
) -> ReleasedRead:
    """Have mails sent to an address again. What was not sent meanwhile is in the list of undelivered mails, and is
    sent if it is tried again from there."""

    async def work() -> ReleasedRead:
        await service.release(session, suppression_id, access, real_now)
        return ReleasedRead(id=suppression_id)

    return await once(None, ReleasedRead, work)
