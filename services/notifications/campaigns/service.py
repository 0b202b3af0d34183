"""What staff do with campaigns of news: writing, trying out, scheduling, taking back and stopping them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.campaigns.schemas import CampaignChange, CampaignSchedule, CampaignWritten
from services.notifications.news.campaigns import about
from services.notifications.news.models import Campaign, CampaignState
from services.notifications.news.segments import Segment, count
from shared.errors import Conflict, Invalid, NotFound, TooManyRequests
from shared.events.notifications import CampaignScheduled, CampaignStopped, CampaignTakenBack, CampaignTested
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit
from shared.waking import wake

LATEST = timedelta(days=366)
BETWEEN_TESTS = timedelta(seconds=10)


class CampaignNotOpen(Conflict):
    """The campaign is in a state in which this is not possible, perhaps since a moment ago."""

    title = "Not possible in this state"


class CampaignChangedSince(Conflict):
    """Somebody else has changed the campaign since it was read. Read it again."""

    title = "Changed meanwhile"


class NobodyMeant(Conflict):
    """Nobody belongs to whom the campaign is for."""

    title = "Nobody would get it"


class TooManyTests(TooManyRequests):
    """A campaign is mailed to staff themselves once every ten seconds."""

    title = "Tried out a moment ago"


async def add_campaign(session: AsyncSession, workspace_id: UUID, body: CampaignWritten) -> Campaign:
    """A draft."""
    written = body.model_dump(mode="json")
    written["texts"] = _texts(written)
    campaign = Campaign(workspace_id=workspace_id, origin=Origin.of(cause_of(session)), due_at=None, **written)
    session.add(campaign)
    await session.flush()
    return campaign


async def change_campaign(session: AsyncSession, campaign_id: UUID, body: CampaignChange) -> Campaign:
    """Raises `NotFound`, `CampaignNotOpen` or `CampaignChangedSince`."""
    campaign = await _lock(session, campaign_id, CampaignState.draft, body.version)
    written = body.model_dump(mode="json", exclude={"version"})
    campaign.topic, campaign.texts, campaign.segment = written["topic"], _texts(written), written["segment"]
    campaign.button_url = written["button_url"]
    return campaign


async def remove_campaign(session: AsyncSession, campaign_id: UUID) -> None:
    """Remove a draft. Raises `NotFound` or `CampaignNotOpen`."""
    campaign = await _lock(session, campaign_id, CampaignState.draft)
    await session.execute(delete(Campaign).where(Campaign.id == campaign.id))


async def schedule_campaign(
    session: AsyncSession, campaign_id: UUID, body: CampaignSchedule, now: datetime
) -> Campaign:
    """Have it sent at a moment or at once. ``now`` is real time. Raises `NotFound`, `CampaignNotOpen`,
    `CampaignChangedSince`, `NobodyMeant`, and `Invalid` for a moment that is past or too far away."""
    campaign = await _lock(session, campaign_id, CampaignState.draft, body.version)
    at = body.at or now
    if at < now or at > now + LATEST:
        error = field_error("/at", "against_a_rule", "must be later than now, and within a year")
        raise Invalid("Choose a later time, within a year.", errors=[error])
    people, _ = await count(session, campaign.topic, Segment.model_validate(campaign.segment))
    if not people:
        raise NobodyMeant("Nobody belongs to whom it is for. Choose others.")
    campaign.state, campaign.scheduled_for, campaign.due_at = CampaignState.scheduled, at, at
    campaign.origin = Origin.of(cause_of(session))
    await emit(session, CampaignScheduled(**about(campaign), scheduled_for=at, people=people))
    await wake(session, Campaign.__tablename__)
    return campaign


async def take_back(session: AsyncSession, campaign_id: UUID) -> Campaign:
    """Make it a draft again. Raises `NotFound`, or `CampaignNotOpen` once it has begun."""
    campaign = await _lock(session, campaign_id, CampaignState.scheduled)
    campaign.state, campaign.scheduled_for = CampaignState.draft, None
    campaign.due_at, campaign.lease_id = None, None
    await emit(session, CampaignTakenBack(**about(campaign)))
    return campaign


async def stop_campaign(session: AsyncSession, campaign_id: UUID, now: datetime) -> Campaign:
    """Send nothing more of it. A worker ends what waits. ``now`` is real time. Raises `NotFound` or
    `CampaignNotOpen`."""
    campaign = await _lock(session, campaign_id, CampaignState.sending)
    campaign.state, campaign.ended_at = CampaignState.stopped, now
    campaign.due_at, campaign.lease_id = now, None  # whoever makes messages just now has lost it
    told = {"recipients": campaign.recipients, "sent": campaign.sent_count}
    await emit(session, CampaignStopped(**about(campaign), **told))
    await wake(session, Campaign.__tablename__)
    return campaign


async def try_out(session: AsyncSession, campaign_id: UUID, now: datetime) -> None:
    """Have it mailed to the caller. The worker that gets the event does it. ``now`` is real time. Raises `NotFound` or
    `TooManyTests`."""
    campaign = await _lock(session, campaign_id)
    if campaign.tested_at is not None and campaign.tested_at > now - BETWEEN_TESTS:
        raise TooManyTests("It was mailed a moment ago.", retry_after=10)
    campaign.tested_at = now
    await emit(session, CampaignTested(**about(campaign)))


async def _lock(
    session: AsyncSession, campaign_id: UUID, state: CampaignState | None = None, version: int | None = None
) -> Campaign:
    """A campaign of the workspace in a state, with the version that a change makes."""
    campaign = await session.get(Campaign, campaign_id, with_for_update=True, populate_existing=True)
    if campaign is None:
        raise NotFound("There is no such campaign.")
    if state is not None and campaign.state != state:
        raise CampaignNotOpen(f"The campaign is {campaign.state}.", state=campaign.state)
    if version is not None and campaign.version != version:
        raise CampaignChangedSince("Somebody else has changed it. Look at it again.")
    if state is not None:
        campaign.version += 1
    return campaign


def _texts(written: dict[str, Any]) -> dict[str, Any]:
    """Only the languages that it is written in."""
    return {language: text for language, text in written["texts"].items() if text is not None}
