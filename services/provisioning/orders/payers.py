"""Which bill group pays for a service and its order. Billing moves it; the copy follows."""

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.service import is_past_due
from services.provisioning.orders.models import Order
from services.provisioning.services.models import Service
from services.provisioning.suspensions.service import follow_payer
from shared.events.billing import SubscriptionMoved


async def paid_by(session: AsyncSession, event: SubscriptionMoved) -> None:
    """Show the service and its orders to those of the new group, and suspend it or not as that one owes. Older
    events that arrive late change nothing."""
    older = Service.id == event.service_id, Service.payer_version < event.subject_version
    moved = {"bill_group_id": event.bill_group_id, "payer_version": event.subject_version}
    order_id = await session.scalar(update(Service).where(*older).values(**moved).returning(Service.order_id))
    if order_id:
        of_service = or_(Order.id == order_id, Order.service_id == event.service_id)
        await session.execute(update(Order).where(of_service).values(bill_group_id=event.bill_group_id))
        past_due = await is_past_due(session, event.bill_group_id)
        await follow_payer(session, Service.id == event.service_id, past_due=past_due)
