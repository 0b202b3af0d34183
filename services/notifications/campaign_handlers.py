"""The event of campaigns that notifications listens to: its own, because requests may not make messages."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import fact_of, notify
from services.notifications.news.campaigns import facts_of
from services.notifications.news.models import Campaign
from services.notifications.recipient_handlers import router
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.events.notifications import CampaignTested

__all__ = ["router"]


@router.on(CampaignTested)
async def email_campaign_to_whoever_tries_it_out(session: AsyncSession, event: CampaignTested) -> None:
    """As it is when it is sent, which it may not be for long: a draft can change or be removed."""
    campaign = await session.get(Campaign, event.campaign_id)
    if campaign is None or event.actor.user_id is None:
        return
    fact = fact_of(session, Topic(campaign.topic), event)
    tried = replace(fact, facts=facts_of(campaign) | {"is_test": True}, is_again=True)
    await notify(session, tried, Recipient(RecipientKind.user, event.actor.user_id))
