"""What became of the news of a campaign: counted, shown in the portal, and told once all are decided."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery, DeliveryState
from services.notifications.messages.models import Message
from services.notifications.news.campaigns import about
from services.notifications.news.models import Campaign, CampaignState
from services.notifications.notices.keeping import note
from services.notifications.own_mails.service import BOUNCED
from shared.events.notifications import CampaignSent
from shared.outbox import cause_of, emit_all

NOT_MEANT = ("removed", "stopped")
"""Why a person is to know nothing of it, neither by mail nor in the portal."""
LEFT_OUT = (*NOT_MEANT, BOUNCED)


async def end_news(session: AsyncSession, delivery: Delivery, why: str | None, now: datetime) -> None:
    """Count a mail that has come to its end, in the transaction that records it. ``why`` it was not to be sent;
    ``now`` is real time. The person reads the news in the portal, too, from now on."""
    if why not in NOT_MEANT:
        await note(session, await session.get_one(Message, delivery.message_id), None)
    counted = {
        DeliveryState.sent: Campaign.sent_count,
        DeliveryState.failed: Campaign.failed_count,
        DeliveryState.suppressed: Campaign.left_out_count if why in LEFT_OUT else Campaign.opted_out_count,
    }[DeliveryState(delivery.state)]
    more = update(Campaign).where(Campaign.id == delivery.campaign_id).values({counted: counted + 1})
    await session.execute(more, execution_options={"synchronize_session": False})
    campaign = await session.get_one(Campaign, delivery.campaign_id, populate_existing=True)
    await end_if_decided(session, campaign, now)


async def count_returned(session: AsyncSession, delivery: Delivery) -> None:
    """News that were sent came back: they have failed after all."""
    moved = {Campaign.sent_count: Campaign.sent_count - 1, Campaign.failed_count: Campaign.failed_count + 1}
    returned = update(Campaign).where(Campaign.id == delivery.campaign_id).values(moved)
    await session.execute(returned, execution_options={"synchronize_session": False})


async def end_if_decided(session: AsyncSession, campaign: Campaign, now: datetime) -> None:
    """End a campaign once it is known of each message what became of it. The caller has locked it; ``now`` is real
    time."""
    if campaign.state != CampaignState.sending or not campaign.is_prepared or campaign.decided < campaign.recipients:
        return
    campaign.state, campaign.ended_at = CampaignState.sent, now
    told = CampaignSent(
        **about(campaign), recipients=campaign.recipients, sent=campaign.sent_count, failed=campaign.failed_count,
        opted_out=campaign.opted_out_count, left_out=campaign.left_out_count,
    )  # fmt: skip
    await emit_all(session, [(campaign.origin.cause(cause_of(session).now), told)])
