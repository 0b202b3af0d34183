"""Every event that identity listens to. They update the customers overview and the copy of bill groups."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups import copying
from services.identity.customer_overview import projection
from services.identity.portals.service import make_portal
from shared.events.billing import BillGroupCreated, BillGroupUpdated, MrrChanged
from shared.events.provisioning import OrderPlaced, ServiceCountsChanged
from shared.messaging.router import ServiceRouter

router = ServiceRouter("identity")


@router.on(BillGroupCreated)
async def show_currency(session: AsyncSession, event: BillGroupCreated) -> None:
    await projection.put_currency(session, event)


@router.on(BillGroupCreated, BillGroupUpdated, queue="bill_groups")
async def copy_bill_group(session: AsyncSession, event: BillGroupCreated) -> None:
    await copying.copy_bill_group(session, event)
    await make_portal(session, event.workspace_id, event.bill_group_id, event.occurred_at)


@router.on(MrrChanged)
async def show_mrr(session: AsyncSession, event: MrrChanged) -> None:
    await projection.put_mrr(session, event)


@router.on(ServiceCountsChanged)
async def show_service_counts(session: AsyncSession, event: ServiceCountsChanged) -> None:
    await projection.put_counts(session, event)


@router.on(OrderPlaced)
async def show_last_order(session: AsyncSession, event: OrderPlaced) -> None:
    await projection.record_order(session, event.workspace_id, event.occurred_at)
