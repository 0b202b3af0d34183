"""News that a person was sent."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from services.portal.me.views import NewsPage
from services.portal.rendering import page
from services.portal.viewer import SignedIn
from shared.language import current_localisation

router = APIRouter()


@router.get("/me/news/{news_id}")
async def news(request: Request, viewer: SignedIn, news_id: UUID) -> Response:
    found = await viewer.services.notifications.news(news_id, locale=current_localisation().tag)
    return page(request, NewsPage(found, Markup(found.html)))  # noqa: S704 - the service lets no HTML through
