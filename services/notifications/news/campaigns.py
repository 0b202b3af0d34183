"""What a message of a campaign is told from: the text is kept once, with the campaign."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.mails.content import Button, Facts, News
from services.notifications.mails.markdown import opening
from services.notifications.mails.news import OTHERWISE, text_in
from services.notifications.news.models import Campaign
from shared.language import gettext

OPENING = 150
"""Characters of what is shown beside the title."""


def facts_of(campaign: Campaign) -> Facts:
    """The facts of its messages: enough for a notice, and small, since each of its readers has them."""
    return {"campaign_id": str(campaign.id), "texts": openings(campaign.texts)}


def openings(texts: Mapping[str, Any]) -> dict[str, Any]:
    """What each language shows beside the subject."""
    return {
        language: {"title": text["title"], "opening": opening(text["body"], OPENING)}
        for language, text in texts.items()
    }


def news_in(texts: Mapping[str, Any], button_url: str | None, tag: str) -> News:
    """What a reader of a language reads. A button without a label in that language has the usual one."""
    text = text_in(texts, tag)
    button = Button(text["button_label"] or gettext("Read more"), button_url) if button_url else None
    return News(text["body"], button)


async def find_campaign(session: AsyncSession, facts: Facts) -> Campaign | None:
    """The campaign that a message is of. None for all other messages."""
    campaign_id = facts.get("campaign_id")
    return await session.get(Campaign, UUID(campaign_id)) if campaign_id else None


def about(campaign: Campaign) -> dict[str, Any]:
    """What all events about a campaign say."""
    return {
        "workspace_id": campaign.workspace_id,
        "subject_version": campaign.version,
        "campaign_id": campaign.id,
        "topic": campaign.topic,
        "title": campaign.texts[OTHERWISE]["title"],
    }
