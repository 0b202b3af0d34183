from services.identity.sessions.schemas import SessionRef
from services.identity.settings import CurrentSettings
from services.identity.tokens import service
from services.identity.tokens.schemas import TokenRead
from shared.auth import Router, public
from shared.clock import Now, RealNow
from shared.db import Session

router = Router("identity", "tokens")


@router.post("", guard=public("a session is what one has before one has a token"))
async def make_token(
    body: SessionRef, session: Session, settings: CurrentSettings, now: Now, real_now: RealNow
) -> TokenRead:
    """Exchange a session for an access token of 60 seconds, with the acting workspace and the permissions there."""
    return await service.make_token(session, settings, body.session, now, real_now)
