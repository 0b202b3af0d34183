from uuid import UUID

from services.identity.closings import asking, reading
from services.identity.closings.refusals import NotClosing, NotTheAccountNumber
from services.identity.closings.schemas import ClosingBelowRead, ClosingCreate, OwnClosingRead
from services.identity.customers.managing import PartnerHasCustomers
from services.identity.erasures.refusals import SignInFirst
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import RealNow
from shared.db import Session
from shared.idempotency import Once

router = Router("identity", "closings")

REFUSALS = (NotTheAccountNumber, SignInFirst, WorkspaceIsClosing, PartnerHasCustomers)


@router.get("/own", guard=allow("workspace.close"))
async def get_own_closing(access: CurrentAccess, session: Session, real_now: RealNow) -> OwnClosingRead:
    """Whether the account of the caller's workspace is being closed, and what closing it means."""
    return await reading.read_own(session, access, real_now)


@router.post("", guard=allow("workspace.close"), status_code=201, problems=REFUSALS)
async def ask_for_closing(
    body: ClosingCreate, access: CurrentAccess, session: Session, real_now: RealNow, once: Once
) -> OwnClosingRead:
    """Have the account of the caller's workspace closed in 30 days. Until then a holder can keep it; nothing is
    ordered, extended or renewed meanwhile. On the day its services are cancelled, and all but its holders lose access,
    who can read, and pay what is open. Needs a sign-in of the last 15 minutes. Its admins, and those of whoever sells
    to it, get a mail now and when it is done."""

    async def ask() -> OwnClosingRead:
        await asking.ask_for_closing(session, access, body.account_number, real_now)
        return await reading.read_own(session, access, real_now)

    return await once(body, OwnClosingRead, ask)


@router.post("/own/keep", guard=allow("workspace.close"), status_code=204, problems=(NotClosing,))
async def keep_account(access: CurrentAccess, session: Session) -> None:
    """Keep the account of the caller's workspace: everything goes on as before. Its admins, and those of whoever sells
    to it, get a mail."""
    await asking.keep(session, access)


@router.get("/below/{workspace_id}", guard=allow("workspace.suspend"))
async def get_closing_below(workspace_id: UUID, access: CurrentAccess, session: Session) -> ClosingBelowRead:
    """A customer or partner below this workspace, directly or through a partner: whether its account is being closed,
    when, and who asked for that."""
    return await reading.read_below(session, access, workspace_id)
