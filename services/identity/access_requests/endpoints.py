from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.identity.access_requests import asking, deciding, listing
from services.identity.access_requests.deciding import PERMISSION
from services.identity.access_requests.refusals import AccessRequestClosed, TooManyAsked, UserAlready
from services.identity.access_requests.schemas import (
    AccessAsk,
    AccessDenial,
    AccessRequestRead,
    AccessRequestsQuery,
    AskedRead,
    AskOutcome,
)
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("identity", "access-requests")


@router.get("", guard=allow(PERMISSION), response_model=CountedPage[AccessRequestRead])
async def list_access_requests(read: Reader, query: Annotated[AccessRequestsQuery, Query()]) -> Response:
    """Who asks, or has asked, for access to this workspace, newest first."""
    return json_response(await listing.list_access_requests(read, query))


@router.post("", guard=allow("session.own"), status_code=201, problems=(UserAlready, TooManyAsked))
async def ask_for_access(
    body: AccessAsk, access: CurrentAccess, session: Session, settings: CurrentSettings, now: Now, real_now: RealNow
) -> AskOutcome:
    """Ask for access to another workspace, named by its URL or GUID. The answer is the same whether there is such a
    workspace or not. Where the caller has an invitation, it is accepted. Asking again under the same name changes
    nothing."""  # (K17, K18, D16)
    return await asking.ask(session, settings, access, body.workspace, body.message, now, real_now)


@router.get("/own", guard=allow("session.own"), response_model=list[AskedRead])
async def list_own_requests(read: Reader, real_now: RealNow) -> Response:
    """What the caller has asked for in the last 90 days, newest first, at most 100."""
    return json_response(await listing.list_own(read, read.access.user_id, real_now))


@router.get("/{request_id}", guard=allow(PERMISSION), response_model=AccessRequestRead)
async def get_access_request(request_id: UUID, read: Reader) -> Response:
    """One request for access to this workspace."""
    return json_response(await listing.read_access_request(read, request_id))


@router.post("/own/{asked_id}/withdraw", guard=allow("session.own"), problems=(NotFound, AccessRequestClosed))
async def withdraw_request(asked_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> AskedRead:
    """Take one's own request back."""
    return await asking.withdraw(session, access, asked_id, real_now)


@router.post("/{request_id}/approve", guard=allow(PERMISSION), problems=(NotFound, AccessRequestClosed))
async def approve_request(
    request_id: UUID, access: CurrentAccess, session: Session, now: Now, real_now: RealNow
) -> AccessRequestRead:
    """Let the person in, as a member. Of two decisions the first counts."""  # (K20, K21, K23)
    return await deciding.approve(session, access, request_id, now, real_now)


@router.post("/{request_id}/deny", guard=allow(PERMISSION), problems=(NotFound, AccessRequestClosed))
async def deny_request(
    request_id: UUID, body: AccessDenial, access: CurrentAccess, session: Session, real_now: RealNow
) -> AccessRequestRead:
    """Refuse access, with a reason that the person is told. Of two decisions the first counts."""
    return await deciding.deny(session, access, request_id, body.reason, real_now)
