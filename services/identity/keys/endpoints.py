from services.identity.keys import service
from services.identity.keys.schemas import KeySetRead
from services.identity.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import RealNow
from shared.db import Session

router = Router("identity", "keys")


@router.get("", guard=public("public keys are for everyone who verifies a token"))
async def list_public_keys(session: Session, settings: CurrentSettings, real_now: RealNow) -> KeySetRead:
    """The JSON Web Key Set that verifies access tokens."""
    return await service.list_public_keys(session, settings.key_secret, real_now)
