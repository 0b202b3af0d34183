from services.identity.erasures.refusals import SignInFirst
from services.identity.own_accounts.service import OWN_WORKSPACES
from services.identity.own_data.schemas import OwnDataDownloadRead
from services.identity.own_data.service import TooManyOwnDownloads, record_download
from services.identity.own_data.tables import TABLES
from shared.auth import CurrentAccess, allow
from shared.clock import RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.own_accounts import OnlyInPerson
from shared.own_data.endpoints import own_data_router

router = own_data_router("identity", TABLES, OWN_WORKSPACES)


@router.post(
    "/downloads",
    guard=allow("session.own"),
    status_code=201,
    problems=(OnlyInPerson, SignInFirst, TooManyOwnDownloads),
)
async def record_own_data_download(
    access: CurrentAccess, session: Session, real_now: RealNow, once: Once
) -> OwnDataDownloadRead:
    """Note that the caller downloads all that the services keep of them, which the log then says. Needs a sign-in of
    the last 15 minutes, and is possible five times a day."""
    return await once(None, OwnDataDownloadRead, lambda: record_download(session, access, real_now))
