from services.identity.erasures import service
from services.identity.erasures.refusals import ErasureOpen, NotYourAddress, SignInFirst
from services.identity.erasures.schemas import ErasureCreate, ErasureRead, OwnErasureRead
from services.identity.holders.refusals import HolderStays
from services.identity.users.service import LastAdmin
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.own_accounts import OnlyInPerson

router = Router("identity", "erasures")

REFUSALS = (OnlyInPerson, NotYourAddress, SignInFirst, ErasureOpen, HolderStays, LastAdmin)


@router.get("/own", guard=allow("session.own"))
async def get_own_erasure(access: CurrentAccess, session: Session, real_now: RealNow) -> OwnErasureRead:
    """Whether the caller's account is to be deleted, and what keeps it from that in each of their workspaces."""
    return await service.read_own(session, access, real_now)


@router.post("", guard=allow("session.own"), status_code=201, problems=REFUSALS)
async def request_erasure(
    body: ErasureCreate, access: CurrentAccess, session: Session, real_now: RealNow, once: Once
) -> ErasureRead:
    """Ask for one's own account and data to be deleted. It is done in seven days, and can be taken back until then. The
    person is told by mail now and when it is done. Needs a sign-in of the last 15 minutes. Holders of an account and
    the last admin of a workspace have to be replaced first."""
    return await once(body, ErasureRead, lambda: service.request_erasure(session, access, body.address, real_now))


@router.post("/own/withdraw", guard=allow("session.own"), status_code=204, problems=(OnlyInPerson, NotFound))
async def withdraw_erasure(access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Keep one's own account: nothing is deleted."""
    await service.withdraw_erasure(session, access, real_now)
