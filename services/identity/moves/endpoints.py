from uuid import UUID

from services.identity.moves import answering, proposing
from services.identity.moves.refusals import (
    MoveClosed,
    MoveProposedAlready,
    NobodyToConsent,
    NoSellerForIt,
    OnlyTheCustomer,
    SuspendedCustomer,
)
from services.identity.moves.schemas import MoveBelowRead, MoveHereRead, MovePut, MoveRefusal, SellerRead
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import RealNow
from shared.db import Session

router = Router("identity", "moves")
STAFF, ADMINS = allow("customer.move"), allow("move.decide")


@router.get("/here", guard=ADMINS, problems=(OnlyTheCustomer,))
async def get_move_here(access: CurrentAccess, session: Session, real_now: RealNow) -> MoveHereRead:
    """The open proposal that another company sells to this workspace, if there is one, and what it would mean."""
    return await answering.read_move_here(session, access, real_now)


@router.post(
    "/here/{move_id}/consent",
    guard=ADMINS,
    status_code=204,
    problems=(MoveClosed, OnlyTheCustomer, SuspendedCustomer, WorkspaceIsClosing, NoSellerForIt),
)
async def consent_to_move(move_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Consent to a proposed move: the other company sells to this workspace from now on. The links, the work on behalf
    and the invitations of the former one's people end at once, and so does what lets them into portals. Everything else
    goes on unchanged. The admins of all three are told by mail."""
    await answering.consent(session, access, move_id, real_now)


@router.post("/here/{move_id}/decline", guard=ADMINS, status_code=204, problems=(MoveClosed, OnlyTheCustomer))
async def decline_move(
    move_id: UUID, body: MoveRefusal, access: CurrentAccess, session: Session, real_now: RealNow
) -> None:  # fmt: skip
    """Decline a proposed move, with a reason for whoever proposed it. Nothing changes."""
    await answering.decline(session, access, move_id, body.reason, real_now)


@router.get("/below/{workspace_id}", guard=STAFF)
async def get_move_below(
    workspace_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow
) -> MoveBelowRead:  # fmt: skip
    """A customer of the provider or of one of its partners, with the newest move that was proposed to it."""
    return await proposing.read_move_below(session, access, workspace_id, real_now)


@router.get("/below/{workspace_id}/sellers", guard=STAFF)
async def list_sellers(workspace_id: UUID, access: CurrentAccess, session: Session) -> list[SellerRead]:
    """The companies that can take this customer: the provider first, then its partners that somebody has signed up for
    and that are not suspended, by name. At most 1,000, without the one that sells to it."""
    return await proposing.list_sellers(session, access, workspace_id)


@router.put(
    "/below/{workspace_id}",
    guard=STAFF,
    problems=(MoveProposedAlready, NobodyToConsent, NoSellerForIt, SuspendedCustomer, WorkspaceIsClosing),
)
async def propose_move(
    workspace_id: UUID, body: MovePut, access: CurrentAccess, session: Session, real_now: RealNow
) -> MoveBelowRead:  # fmt: skip
    """Propose to a customer's admins that another company sells to it. They get a mail with the reason, and have 14
    days for an answer. Nothing changes before they consent."""
    return await proposing.propose_move(session, access, workspace_id, body, real_now)


@router.delete("/below/{workspace_id}", guard=STAFF, status_code=204, problems=(MoveClosed,))
async def withdraw_move(workspace_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Take back what was proposed to a customer. Its admins get a mail."""
    await proposing.withdraw_move(session, access, workspace_id, real_now)
