"""What holds of a bill group, as other services know it: they are told whenever it changes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from shared.events.billing import BillGroupUpdated
from shared.outbox import emit

_STANDING = text("""
SELECT EXISTS (SELECT FROM subscriptions s WHERE s.bill_group_id = :group AND s.clock <> 'ended') AS has_contract,
       EXISTS (SELECT FROM invoices i WHERE i.workspace_id = :workspace AND i.bill_group_id = :group
               AND i.status IN ('open', 'partially_paid')) AS owes
""")


async def refresh_standing(session: AsyncSession, bill_group_id: UUID) -> None:
    """Note whether the group has a contract and owes something, after a subscription or an invoice of it has changed.

    The group is locked before it is looked at, so that of concurrent changes the last one sees all of them."""
    await session.flush()
    locked = select(BillGroup).where(BillGroup.id == bill_group_id).with_for_update()
    group = (await session.scalars(locked.execution_options(populate_existing=True))).one()
    found = (await session.execute(_STANDING, {"group": group.id, "workspace": group.workspace_id})).one()
    if (group.has_contract, group.owes) != (found.has_contract, found.owes):
        group.has_contract, group.owes = found.has_contract, found.owes
        await tell(session, group)


async def claim_untold(session: AsyncSession, *, limit: int) -> Sequence[BillGroup]:
    """Groups of which nothing was published since they say what holds of them, locked."""
    untold = select(BillGroup).where(~BillGroup.told).order_by(BillGroup.workspace_id, BillGroup.id).limit(limit)
    return (await session.scalars(untold.with_for_update(skip_locked=True))).all()


async def tell(session: AsyncSession, group: BillGroup) -> None:
    """Publish what holds of a group that was changed. It must be locked."""
    group.version += 1
    group.told = True
    await session.flush()
    told = ("display_name", "currency", "is_default", "is_closed", "portal_on", "paying_on", "has_contract", "owes")
    facts = {name: getattr(group, name) for name in told}
    about = {"workspace_id": group.workspace_id, "bill_group_id": group.id, "subject_version": group.version}
    await emit(session, BillGroupUpdated(**about, **facts))
