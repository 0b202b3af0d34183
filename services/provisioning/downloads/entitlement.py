"""Which releases of a product a workspace may download: those that came out before the maintenance of one of its valid
licences ended; of a product that is no licence, all, while a service of it is active."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.provisioning.licences.entitlements import entitlements
from services.provisioning.licences.models import Licence, LicenceState
from services.provisioning.products.models import Product
from services.provisioning.releases.models import Release, ReleaseState
from services.provisioning.services.models import Service
from services.provisioning.states import ServiceState

MOST_PRODUCTS = 100
WORKING = (ServiceState.active, ServiceState.changing)


@dataclass(frozen=True, slots=True)
class Entitled:
    """Up to which day a workspace may download releases. None: all."""

    until: date | None
    service_id: UUID
    """The service that entitles to most."""

    def unlocks(self, released_on: date) -> bool:
        return self.until is None or released_on <= self.until


async def entitled_to(session: AsyncSession, workspace_id: UUID, product_id: UUID) -> Entitled | None:
    """None: to no release of the product. Row security limits this to what the person may see of the workspace."""
    if licences := await entitlements(session, product_id):
        return Entitled(licences[0].maintenance_until, licences[0].service_id)
    service_id = await session.scalar(_serving(workspace_id, product_id).order_by(Service.id).limit(1))
    return Entitled(None, service_id) if service_id else None


async def entitling_products(session: AsyncSession, workspace_id: UUID) -> list[Product]:
    """The products with a published release of which the workspace has a valid licence or an active service, by name,
    at most `MOST_PRODUCTS`."""
    released = exists().where(Release.product_id == Product.id, Release.state == ReleaseState.published)
    licensed = exists().where(
        Licence.workspace_id == workspace_id, Licence.product_id == Product.id, Licence.state == LicenceState.valid
    )
    served = _serving(workspace_id, Product.id).exists()
    found = select(Product).where(released, or_(licensed, served)).order_by(Product.display_name, Product.id)
    return list(await session.scalars(found.limit(MOST_PRODUCTS)))


def _serving(workspace_id: UUID, product_id: UUID | InstrumentedAttribute[UUID]) -> Select[UUID]:
    """A licence entitles by itself, and not by the service that it belongs to."""
    working = or_(*(Service.state == state for state in WORKING))
    of_product = select(Service.id).where(Service.workspace_id == workspace_id, Service.product_id == product_id)
    return of_product.where(working, Service.kind != "licence")
