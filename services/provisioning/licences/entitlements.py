"""What the licences of a workspace entitle to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.licences.models import Licence, LicenceState


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One valid licence."""

    licence_id: UUID
    service_id: UUID
    maintenance_until: date | None
    """The last day whose releases it entitles to. Null: every release, as long as its contract runs."""


async def entitlements(session: AsyncSession, product_id: UUID) -> Sequence[Entitlement]:
    """The valid licences of a product in the scope of the transaction, those that entitle to most first. Licences that
    are on hold, revoked or ended entitle to nothing."""
    valid = select(Licence.id, Licence.service_id, Licence.maintenance_until).where(
        Licence.product_id == product_id, Licence.state == LicenceState.valid
    )
    first = Licence.maintenance_until.desc().nulls_first(), Licence.id
    return [Entitlement(*row) for row in await session.execute(valid.order_by(*first))]
