"""Rules for every request and response: known hosts, no cross-site writes, strict headers."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.settings import Settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
PROBES = {"/healthz", "/readyz"}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""Sent with every response, unless the page sets its own: a page with a token in its URL sends no referrer, a hashed
file may be cached for long."""


class Guard:
    """ASGI middleware, the outermost one: refuses unknown hosts (S17) and cross-site writes, and adds `HEADERS`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.host, self.origin = settings.public_host, settings.public_origin
        self.headers = dict(HEADERS)
        if settings.public_origin.startswith("https:"):
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self._refusal(scope) or self.app)(scope, receive, send_headers)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        if scope["path"] not in PROBES and headers.get("host", "").lower() != self.host:
            return PlainTextResponse(f"This address is not known here. Open {self.origin} instead.", 400)
        # The API behind /api accepts only bearer tokens, which no other site can make a browser send.
        writes = scope["method"] not in SAFE_METHODS and not scope["path"].startswith("/api/")
        if writes and not is_same_origin(headers):
            return PlainTextResponse("This form was sent from another site and was refused.", 403)
        return None


def is_same_origin(headers: Headers) -> bool:
    """Whether a page of this site sent it. Browsers say so in Sec-Fetch-Site; older ones send only Origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """``wanted`` if it is a path of this site, else ``otherwise``: sign-in never redirects to another site (S18)."""
    return wanted if wanted and LOCAL_PATH.fullmatch(wanted) else otherwise
