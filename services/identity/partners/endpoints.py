from services.identity.partners import service
from services.identity.partners.schemas import PartnerCreate, PartnerRead
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.idempotency import Once

router = Router("identity", "partners")


@router.post("", guard=allow("partner.create"), status_code=201)
async def add_partner(
    body: PartnerCreate, access: CurrentAccess, session: Session, settings: CurrentSettings, now: Now,
    real_now: RealNow, once: Once,
) -> PartnerRead:  # fmt: skip
    """Add a partner and invite its first admin."""
    return await once(body, PartnerRead, lambda: service.add_partner(session, settings, access, body, now, real_now))
