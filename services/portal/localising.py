"""Which language and time zone a request is answered in: what the person chose, else what their browser says."""

from fastapi import Request
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.clients.page_context import Preferences
from shared.language import DEFAULT_TAG, TAGS, Localisation, is_zone, localise_for
from shared.language.tags import PSEUDO_TAG, find_tag
from shared.language.zones import UTC

ZONE_COOKIE = "zone"
"""What a script says of the browser's time zone, by its name in IANA's database."""


def of_browser(connection: HTTPConnection) -> Localisation:
    """What the browser says. Without a script that told the time zone, times are in UTC, and say so."""
    return Localisation(_tag_of(connection) or DEFAULT_TAG, _zone_of(connection) or UTC)


def said_by_browser(connection: HTTPConnection) -> Preferences:
    """What of it can be chosen: nothing for languages that no texts exist in and for the made-up one, and nothing for a
    time zone that no script told."""
    tag = _tag_of(connection)
    return Preferences(locale=tag if tag in TAGS else None, time_zone=_zone_of(connection))


def _tag_of(connection: HTTPConnection) -> str | None:
    return find_tag(connection.headers.get("accept-language", ""))


def _zone_of(connection: HTTPConnection) -> str | None:
    zone = connection.cookies.get(ZONE_COOKIE, "")
    return zone if is_zone(zone) else None


def of_person(request: Request, preferences: Preferences) -> Localisation:
    """What the person chose, and the browser's for what they have not. Whoever asks for the made-up language gets
    it."""
    browser = of_browser(request)
    tag = browser.tag if browser.tag == PSEUDO_TAG else preferences.locale or browser.tag
    return Localisation(tag, preferences.time_zone or browser.zone)


class LocalisedRequests:
    """ASGI middleware: answers each request in the browser's language until the person is known."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            localise_for(of_browser(HTTPConnection(scope)))
        await self.app(scope, receive, send)
