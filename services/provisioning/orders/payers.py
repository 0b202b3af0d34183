"""Which bill group pays for a service and its order. Billing moves it; the copy follows."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.models import Order
from services.provisioning.services.models import Service
from shared.events.billing import SubscriptionMoved


async def paid_by(session: AsyncSession, event: SubscriptionMoved) -> None:
    """Show the service and its order to those of the new group. Older events that arrive late change nothing."""
    older = Service.id == event.service_id, Service.payer_version < event.subject_version
    moved = {"bill_group_id": event.bill_group_id, "payer_version": event.subject_version}
    order_id = await session.scalar(update(Service).where(*older).values(**moved).returning(Service.order_id))
    if order_id:
        await session.execute(update(Order).where(Order.id == order_id).values(bill_group_id=event.bill_group_id))
