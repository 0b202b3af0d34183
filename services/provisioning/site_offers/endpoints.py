from uuid import UUID

from services.provisioning.site_offers import service
from services.provisioning.site_offers.schemas import SiteOffersRead
from services.provisioning.sites.schemas import SiteRead
from shared.auth import Router, allow
from shared.db import Session

router = Router("provisioning", "site-offers")


@router.get("/{product_id}", guard=allow("service.order", ask=True))
async def get_site_offers(product_id: UUID, session: Session) -> SiteOffersRead:
    """The sites that could take the smallest service of a product. Whether one takes an order with its configuration
    and quantity, the check of the order says. None for a product whose services run on no host."""
    found = await service.list_offers(session, product_id)
    return SiteOffersRead(sites=[SiteRead.model_validate(site) for site in found])
