"""The list of revoked licence keys, signed part by part. Each part says where the next one begins, so that it shows if
one is left out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.licence_revocations.schemas import RevocationsRead
from services.provisioning.licences.models import Revocation
from services.provisioning.licences.signing import SigningKeys, sign
from services.provisioning.products.models import Product
from shared.errors import NotFound

MOST = 5_000


async def signed_page(
    session: AsyncSession, product_key: str, after: UUID | None, *, keys: SigningKeys, real_now: datetime
) -> RevocationsRead:
    """Raises `NotFound` for a product that does not exist."""
    product_id = await session.scalar(select(Product.id).where(Product.key == product_key))
    if product_id is None:
        raise NotFound("There is no such product.")
    revoked = select(Revocation.licence_id, Revocation.generation).where(Revocation.product_id == product_id)
    if after:
        revoked = revoked.where(Revocation.licence_id > after)
    found = (await session.execute(revoked.order_by(Revocation.licence_id).limit(MOST + 1))).all()
    following = found[MOST - 1].licence_id if len(found) > MOST else None
    claims = {
        "product": product_key,
        "issued_at": real_now.isoformat(timespec="seconds"),
        "after": after and str(after),
        "next": following and str(following),
        "revoked": {str(licence_id): generation for licence_id, generation in found[:MOST]},
    }
    return RevocationsRead(document=sign(keys, "licence-revocations", claims, key_id=keys.newest), next=following)
