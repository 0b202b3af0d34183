"""Rules for every request and response: known hosts, no cross-site writes, strict headers."""

import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.content_security import content_security_policy
from services.portal.error_views import OtherSite, UnknownHost
from services.portal.rendering import page
from services.portal.settings import Settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
ANY_HOST = ("/healthz", "/readyz", "/static/", "/brand-sample.css")
"""Health checks, which come from inside, and the styles of the page that names the right host. None depends on the
host."""

ONE_CLICK = "/unsubscribe"

HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing to other sites. Not "no-referrer": it makes browsers send "Origin: null" with forms, and those that do not
    # send Sec-Fetch-Site could then send none.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""Sent with every response, unless it sets its own: a page with a token in its URL sends no referrer, a hashed file may
be cached for long."""


class Guard:
    """ASGI middleware: answers requests to unknown hosts (S17) and forms of other sites with a page that says so."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.host, self.origin = settings.public_host, settings.public_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refusal(scope) if scope["type"] == "http" else None
        await (refused or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers, path = Headers(scope=scope), scope["path"]
        if headers.get("host", "").lower() != self.host and not path.startswith(ANY_HOST):
            return page(Request(scope), UnknownHost(self.origin), 400)
        # The API behind /api accepts only bearer tokens, which no other site can make a browser send.
        # Mail programs send the form of a link by themselves. Its token alone says whose it is, and no cookie counts.
        writes = scope["method"] not in SAFE_METHODS and not path.startswith("/api/") and path != ONE_CLICK
        if writes and not is_same_origin(headers, self.origin):
            return page(Request(scope), OtherSite(), 403)
        return None


def is_same_origin(headers: Headers, own: str) -> bool:
    """Whether a page of this site sent it. Browsers say so in Sec-Fetch-Site, over https; others send only Origin: the
    page's scheme, host and port, or "null" where a browser does not tell."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "null")
    if origin != "null":
        return origin == own and site in (None, "same-origin", "none")
    return site in ("same-origin", "none")


LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """``wanted`` if it is a path of this site, else ``otherwise``: sign-in never redirects to another site (S18)."""
    return wanted if wanted and LOCAL_PATH.fullmatch(wanted) else otherwise
