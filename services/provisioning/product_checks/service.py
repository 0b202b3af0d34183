"""Checking a product before it is published, so that a preview shows what publishing would be refused for."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.product_checks.schemas import ProductCheckRead
from services.provisioning.products.models import Product
from services.provisioning.products.schemas import ProductCreate
from services.provisioning.products.service import check_product
from shared.errors import Invalid
from shared.field_errors import field_error

FIXED = ("kind", "driver", "connection", "is_also_port")
"""What services that exist depend on."""


class ProductIsAnother(Invalid):
    """There is a product of this key with another kind, driver or counting rule, which never change."""

    title = "The key belongs to another product"


async def check_product_entry(session: AsyncSession, body: ProductCreate) -> ProductCheckRead:
    """Raises what would refuse to publish the product, or to change the one of its key."""
    await check_product(session, body.key, body.driver, body)
    product = (await session.scalars(select(Product).where(Product.key == body.key))).one_or_none()
    if product is None:
        return ProductCheckRead(exists=False)
    errors = [
        field_error(f"/{name}", "cannot_change", "cannot change")
        for name in FIXED
        if getattr(product, name) != getattr(body, name)
    ]
    if errors:
        raise ProductIsAnother(f"The product {body.key!r} exists, and these fields of it never change.", errors=errors)
    return ProductCheckRead(exists=True)
