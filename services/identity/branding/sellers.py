"""What people see, before they are known, of whoever sells to the workspace that they are on the way to."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.branding.schemas import SellerShownRead, ShownBrandRead
from services.identity.branding.shown import brand_of, shown
from shared.scope import acting_in

BRAND = text(brand_of("CAST(:workspace AS uuid)"))
SUPPORT = text("SELECT support_address FROM seller_of_scope()")


async def show_brand(session: AsyncSession, workspace_id: UUID | None) -> ShownBrandRead:
    """Of whoever sells to the workspace; without one, of the provider."""
    found = (await session.execute(BRAND, {"workspace": workspace_id})).mappings().first()
    return ShownBrandRead.model_validate(shown(found))


async def show_seller(session: AsyncSession, workspace_id: UUID | None) -> SellerShownRead:
    """The same, and where its customers write to for help."""
    brand, support = await show_brand(session, workspace_id), None
    if workspace_id:
        async with acting_in(session, workspace_id):
            support = await session.scalar(SUPPORT)
    return SellerShownRead(brand=brand, support_address=support)
