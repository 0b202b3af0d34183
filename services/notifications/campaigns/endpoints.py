"""Campaigns of news, for the provider's staff."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.notifications.campaigns import listing, service
from services.notifications.campaigns.preview import preview
from services.notifications.campaigns.schemas import (
    CampaignAudienceRead,
    CampaignChange,
    CampaignChangedRead,
    CampaignPreviewAsk,
    CampaignPreviewRead,
    CampaignRead,
    CampaignSchedule,
    CampaignSummaryRead,
    CampaignTestedRead,
    CampaignWritten,
)
from services.notifications.campaigns.service import CampaignChangedSince, CampaignNotOpen, NobodyMeant, TooManyTests
from services.notifications.news.models import Campaign
from services.notifications.news.segments import Segment, count
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.copies import workspace_of
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("notifications", "campaigns")

InLocale = Annotated[Locale, Query(description="the language of the titles, with a region")]
VIEW, MANAGE = allow("campaign.view"), allow("campaign.manage")


@router.get("", guard=VIEW, response_model=Page[CampaignSummaryRead])
async def list_campaigns(
    read: Reader, cursor: Cursor = None, limit: Limit = 50, locale: InLocale = DEFAULT_TAG
) -> Response:
    """All campaigns with how far they have come, the newest first."""
    rows = await listing.list_campaigns(read, cursor=cursor, limit=limit, tag=locale)
    return page_response(rows, limit, ("created_at", "id"))


@router.post("", guard=MANAGE, status_code=201)
async def add_campaign(
    body: CampaignWritten, session: Session, access: CurrentAccess, once: Once
) -> CampaignChangedRead:
    """Begin a campaign, as a draft."""

    async def add() -> Campaign:
        return await service.add_campaign(session, access.workspace_id, body)

    return await once(body, CampaignChangedRead, add)


@router.post("/preview", guard=MANAGE)
async def preview_campaign(
    body: CampaignPreviewAsk, request: Request, session: Session, access: CurrentAccess
) -> CampaignPreviewRead:
    """What a mail would look like. Nothing is saved."""
    public_url = request.app.state.runtime.settings.public_url.rstrip("/")
    return await preview(session, body, await workspace_of(session, access.workspace_id), public_url)


@router.get("/{campaign_id}", guard=VIEW, response_model=CampaignRead, problems=(NotFound,))
async def get_campaign(campaign_id: UUID, read: Reader, locale: InLocale = DEFAULT_TAG) -> Response:
    """One campaign with what it says and who it is for."""
    return json_response(await listing.read_campaign(read, campaign_id, locale))


@router.get("/{campaign_id}/preview", guard=VIEW, problems=(NotFound,))
async def preview_saved_campaign(
    campaign_id: UUID, request: Request, read: Reader, session: Session, access: CurrentAccess,
    locale: InLocale = DEFAULT_TAG,
) -> CampaignPreviewRead:  # fmt: skip
    """What a mail of a campaign looks like, to a made-up reader of a language."""
    found = await listing.read_campaign(read, campaign_id, locale)
    said = {name: found[name] for name in ("texts", "button_url", "topic")}
    public_url = request.app.state.runtime.settings.public_url.rstrip("/")
    asked = CampaignPreviewAsk.model_validate(said | {"locale": locale})
    return await preview(session, asked, await workspace_of(session, access.workspace_id), public_url)


@router.get("/{campaign_id}/audience", guard=VIEW, problems=(NotFound,))
async def count_audience(campaign_id: UUID, read: Reader, session: Session) -> CampaignAudienceRead:
    """How many people it would reach now. Who they are is not said."""
    found = await listing.read_campaign(read, campaign_id, DEFAULT_TAG)
    people, switched_off = await count(session, found["topic"], Segment.model_validate(found["segment"]))
    return CampaignAudienceRead(people=people, switched_off=switched_off)


@router.put("/{campaign_id}", guard=MANAGE, problems=(NotFound, CampaignNotOpen, CampaignChangedSince))
async def change_campaign(campaign_id: UUID, body: CampaignChange, session: Session) -> CampaignChangedRead:
    """Change a draft."""
    return CampaignChangedRead.model_validate(await service.change_campaign(session, campaign_id, body))


@router.delete("/{campaign_id}", guard=MANAGE, status_code=204, problems=(NotFound, CampaignNotOpen))
async def remove_campaign(campaign_id: UUID, session: Session) -> None:
    """Remove a draft."""
    await service.remove_campaign(session, campaign_id)


@router.post(
    "/{campaign_id}/schedule",
    guard=MANAGE,
    problems=(NotFound, CampaignNotOpen, CampaignChangedSince, NobodyMeant),
)
async def schedule_campaign(
    campaign_id: UUID, body: CampaignSchedule, session: Session, real_now: RealNow
) -> CampaignChangedRead:
    """Have a draft sent to everybody it is for, at a moment or at once. Until it begins it can be taken back. Who has
    switched off its topic by the time that their mail is sent gets none."""
    return CampaignChangedRead.model_validate(await service.schedule_campaign(session, campaign_id, body, real_now))


@router.post("/{campaign_id}/take-back", guard=MANAGE, problems=(NotFound, CampaignNotOpen))
async def take_campaign_back(campaign_id: UUID, session: Session) -> CampaignChangedRead:
    """Make a scheduled campaign a draft again."""
    return CampaignChangedRead.model_validate(await service.take_back(session, campaign_id))


@router.post("/{campaign_id}/stop", guard=MANAGE, problems=(NotFound, CampaignNotOpen))
async def stop_campaign(campaign_id: UUID, session: Session, real_now: RealNow) -> CampaignChangedRead:
    """Stop a campaign that is being sent. What has not gone by now never goes."""
    return CampaignChangedRead.model_validate(await service.stop_campaign(session, campaign_id, real_now))


@router.post("/{campaign_id}/test", guard=MANAGE, status_code=202, problems=(NotFound, TooManyTests))
async def try_campaign_out(campaign_id: UUID, session: Session, real_now: RealNow, once: Once) -> CampaignTestedRead:
    """Have a campaign mailed to the caller alone, as it is now."""

    async def work() -> CampaignTestedRead:
        await service.try_out(session, campaign_id, real_now)
        return CampaignTestedRead(id=campaign_id)

    return await once(None, CampaignTestedRead, work)
