"""News in the portal, for whoever they were sent to."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import text

from services.notifications.mails.markdown import write
from services.notifications.mails.news import text_in
from services.notifications.news.campaigns import news_in
from services.notifications.news.models import Campaign
from services.notifications.news.schemas import NewsRead
from services.notifications.topics import Topic
from shared.auth import Router, allow
from shared.db import Session
from shared.errors import NotFound
from shared.language import DEFAULT_TAG, Localisation, gettext, localised_for
from shared.language.fields import Locale

router = Router("notifications", "news")

TOLD = text("SELECT EXISTS (SELECT FROM notices WHERE thing_id = :id)")
InLocale = Annotated[Locale, Query(description="the language, with a region")]


@router.get("/{news_id}", guard=allow("preference.edit"), problems=(NotFound,))
async def read_news(news_id: UUID, session: Session, locale: InLocale = DEFAULT_TAG) -> NewsRead:
    """One of the news that the caller has a notice of, which is kept for 90 days."""
    # Row security shows campaigns to staff, too, and of notices nobody but one's own.
    found = await session.get(Campaign, news_id) if await session.scalar(TOLD, {"id": news_id}) else None
    if found is None or found.started_at is None:
        raise NotFound("There is no such news, or it is too old.")
    with localised_for(Localisation(locale)):
        said = news_in(found.texts, found.button_url, locale)
        return NewsRead(
            id=found.id, topic=Topic(found.topic), topic_title=gettext(Topic(found.topic).row.title),
            title=text_in(found.texts, locale)["title"], html=write(said.body).html, at=found.started_at,
            button_label=said.button.label if said.button else None,
            button_url=said.button.url if said.button else None,
        )  # fmt: skip
