from typing import Annotated

from fastapi import Query, Response

from services.notifications.preferences import service
from services.notifications.preferences.schemas import PreferenceRead, PreferencesUpdate
from services.notifications.preferences.service import TopicIsForced
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.errors import NotFound
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.pages import Page, json_response
from shared.reads import Reader

router = Router("notifications", "preferences")

InLocale = Annotated[Locale, Query(description="the language of the titles, with a region")]


@router.get("", guard=allow("preference.edit"), response_model=Page[PreferenceRead])
async def list_preferences(read: Reader, locale: InLocale = DEFAULT_TAG) -> Response:
    """What the caller is told of, by mail and in the portal, in all of their workspaces: each topic that can reach them
    by a role that they have in one. They are few, and on one page."""
    return json_response({"items": await service.list_preferences(read, locale), "next": None})


@router.patch("", guard=allow("preference.edit"), status_code=204, problems=(NotFound, TopicIsForced))
async def change_preferences(body: PreferencesUpdate, access: CurrentAccess, session: Session) -> None:
    """Change what the caller is told of, in all of their workspaces. It holds at once, also for mails that wait to be
    sent. Nothing is changed if one of the switches is refused."""  # (D24)
    await service.change_preferences(session, access.user_id, access.workspace_id, body.switches)
