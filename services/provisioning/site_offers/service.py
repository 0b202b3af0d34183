"""Which sites an order form offers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import among
from services.provisioning.placements.service import find_sites
from services.provisioning.products.models import Product
from services.provisioning.products.needs import least_amounts
from services.provisioning.sites.models import Site
from shared.errors import NotFound

MOST = 200


async def list_offers(session: AsyncSession, product_id: UUID) -> list[Site]:
    """The sites that could take the smallest service of a product, by name. Raises `NotFound`."""
    product = await session.get(Product, product_id)
    if product is None:
        raise NotFound(f"There is no product {product_id}.")
    found = await find_sites(session, least_amounts(product.needs, product.configuration_schema))
    by_name = select(Site).where(among(Site.id, found)).order_by(Site.display_name, Site.id).limit(MOST)
    return list(await session.scalars(by_name))
