"""Notifications: campaigns of news, and the news that a person was sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page

Nothing = type(None)


class CampaignSummary(Answer):
    id: UUID
    topic: str
    topic_title: str
    title: str
    state: Literal["draft", "scheduled", "sending", "sent", "stopped"]
    created_at: datetime
    scheduled_for: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    recipients: int
    is_prepared: bool
    sent: int
    failed: int
    opted_out: int
    left_out: int

    @property
    def waiting(self) -> int:
        """Messages that are made, and of which it is not known yet what becomes of them."""
        return (
            0 if self.state == "stopped" else self.recipients - self.sent - self.failed - self.opted_out - self.left_out
        )

    @property
    def has_begun(self) -> bool:
        return self.started_at is not None


class CampaignText(Answer):
    title: str
    body: str
    button_label: str = ""


class CampaignSegment(Answer):
    kinds: list[Literal["customer", "partner"]]
    sellers: Literal["direct", "all", "partner"]
    partner_id: UUID | None = None
    roles: list[str]
    language: str | None = None


class Campaign(CampaignSummary):
    version: int
    texts: dict[str, CampaignText]
    button_url: str | None
    segment: CampaignSegment


class ChangedCampaign(Answer):
    id: UUID
    version: int


class Audience(Answer):
    people: int
    switched_off: int


class CampaignPreview(Answer):
    subject: str
    html: str
    text: str


class TestedCampaign(Answer):
    id: UUID


class News(Answer):
    topic_title: str
    title: str
    html: str
    button_label: str | None
    button_url: str | None
    at: datetime


@dataclass(frozen=True)
class Campaigning:
    api: Api

    async def campaigns(self, *, locale: str, cursor: str = "", limit: int = 50) -> Page[CampaignSummary]:
        return await self.api.get("/campaigns", Page[CampaignSummary], locale=locale, cursor=cursor, limit=limit)

    async def campaign(self, campaign_id: UUID, *, locale: str) -> Campaign:
        return await self.api.get(f"/campaigns/{campaign_id}", Campaign, locale=locale)

    async def audience(self, campaign_id: UUID) -> Audience:
        return await self.api.get(f"/campaigns/{campaign_id}/audience", Audience)

    async def add_campaign(self, written: dict[str, Any], key: str) -> ChangedCampaign:
        return await self.api.post("/campaigns", ChangedCampaign, written, key=key)

    async def change_campaign(self, campaign_id: UUID, written: dict[str, Any], version: int) -> ChangedCampaign:
        return await self.api.put(f"/campaigns/{campaign_id}", ChangedCampaign, written | {"version": version})

    async def remove_campaign(self, campaign_id: UUID) -> None:
        await self.api.delete(f"/campaigns/{campaign_id}")

    async def preview_campaign(self, said: dict[str, Any], locale: str) -> CampaignPreview:
        """``said``: what is written but for whom it is."""
        return await self.api.post("/campaigns/preview", CampaignPreview, said | {"locale": locale}, reads=True)

    async def saved_campaign_preview(self, campaign_id: UUID, *, locale: str) -> CampaignPreview:
        return await self.api.get(f"/campaigns/{campaign_id}/preview", CampaignPreview, locale=locale)

    async def schedule_campaign(self, campaign_id: UUID, version: int, at: datetime | None) -> ChangedCampaign:
        body = {"version": version, "at": at.isoformat() if at else None}
        return await self.api.post(f"/campaigns/{campaign_id}/schedule", ChangedCampaign, body)

    async def take_campaign_back(self, campaign_id: UUID) -> ChangedCampaign:
        return await self.api.post(f"/campaigns/{campaign_id}/take-back", ChangedCampaign)

    async def stop_campaign(self, campaign_id: UUID) -> ChangedCampaign:
        return await self.api.post(f"/campaigns/{campaign_id}/stop", ChangedCampaign)

    async def try_campaign_out(self, campaign_id: UUID, key: str) -> TestedCampaign:
        return await self.api.post(f"/campaigns/{campaign_id}/test", TestedCampaign, key=key)

    async def news(self, news_id: UUID, *, locale: str) -> News:
        return await self.api.get(f"/news/{news_id}", News, locale=locale)
