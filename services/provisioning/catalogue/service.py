"""Withdrawing a product from what can be ordered, and offering it again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.products.models import Product
from shared.errors import NotFound
from shared.events.provisioning import ProductOffered, ProductWithdrawn
from shared.outbox import emit


async def withdraw_product(session: AsyncSession, key: str, *, provider_id: UUID, now: datetime) -> Product:
    """From now on no order of the product is placed; services and orders that exist go on. Waits for the orders that
    are being placed. ``now`` is business time."""
    product = await _lock_product(session, key)
    if product.is_offered:
        product.withdrawn_at = now
        product.version += 1
        await emit(session, ProductWithdrawn.model_validate(_told(product, provider_id)))
    return product


async def offer_product(session: AsyncSession, key: str, *, provider_id: UUID) -> Product:
    """A withdrawn product can be ordered again."""
    product = await _lock_product(session, key)
    if not product.is_offered:
        product.withdrawn_at = None
        product.version += 1
        await emit(session, ProductOffered.model_validate(_told(product, provider_id)))
    return product


async def _lock_product(session: AsyncSession, key: str) -> Product:
    product = (await session.scalars(select(Product).where(Product.key == key).with_for_update())).one_or_none()
    if product is None:
        raise NotFound(f"There is no product {key!r} in the catalogue.")
    return product


def _told(product: Product, provider_id: UUID) -> dict[str, object]:
    return {
        "workspace_id": provider_id,
        "subject_version": product.version,
        "product_id": product.id,
        "key": product.key,
        "display_name": product.display_name,
    }
