"""What the portal remembers about a browser, all of it in one encrypted cookie."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel, Field, SecretStr, ValidationError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.secrets import cipher_of, values_of

COOKIE = "__Host-portico"
YEAR_SECONDS = 365 * 24 * 3600
LIFE_SECONDS = 90 * 24 * 3600
"""A browser is known again for this long after it signed in last. Its session ends after seven days at the latest."""


def set_plain_cookie(response: Response, name: str, value: str) -> None:
    """What the portal knows of a browser for a year, and is no secret."""
    response.set_cookie(name, value, max_age=YEAR_SECONDS, secure=True, httponly=True, samesite="lax")


class Flash(BaseModel):
    """A message that is shown once, on the next page."""

    tone: Literal["ok", "bad"] = "ok"
    text: str


class PendingSignIn(BaseModel):
    """A sign-in challenge whose mail was sent and that is not redeemed yet."""

    challenge_id: UUID
    address: str
    sent_at: datetime
    return_to: str = "/"
    portal: str | None = None
    """The key of the bill group's portal that this signs in to."""
    joining: str | None = None
    """The name of the workspace to join, where an invitation started this sign-in."""


class Browser(BaseModel):
    """The cookie's content. The nonce binds a sign-in link to the browser that asked for it (D19). The device is what a
    person's browser is known by from one sign-in to the next."""

    nonce: str = Field(default_factory=lambda: secrets.token_urlsafe(24))
    device: str = Field(default_factory=lambda: secrets.token_urlsafe(24))
    session: str | None = None
    flash: Flash | None = None
    pending: PendingSignIn | None = None

    def say(self, text: str, tone: Literal["ok", "bad"] = "ok") -> None:
        self.flash = Flash(tone=tone, text=text)

    def take_flash(self) -> Flash | None:
        flash, self.flash = self.flash, None
        return flash

    def signed_in(self, session: str) -> None:
        """A new session gets a new nonce: links issued before signing in stop working."""
        self.session, self.pending, self.nonce = session, None, secrets.token_urlsafe(24)

    def signed_out(self) -> None:
        self.session = self.pending = None


class Seal:
    """Encrypts and decrypts cookies. One that was tampered with, or whose key is gone, counts as a new browser."""

    def __init__(self, keys: SecretStr) -> None:
        self._fernet = cipher_of(keys)
        self._newest = Fernet(values_of(keys)[0])

    def close(self, browser: Browser) -> str:
        return self._fernet.encrypt(browser.model_dump_json(exclude_defaults=False).encode()).decode()

    def open(self, cookie: str | None) -> Browser:
        if not cookie:
            return Browser()
        try:
            return Browser.model_validate_json(self._fernet.decrypt(cookie.encode(), ttl=LIFE_SECONDS))
        except (InvalidToken, ValidationError):
            return Browser()

    def is_of_an_older_key(self, cookie: str | None) -> bool:
        """Whether a cookie has to be encrypted anew before that key may leave."""
        try:
            self._newest.extract_timestamp(cookie or "")
        except InvalidToken:
            return cookie is not None
        return False


class BrowserCookie:
    """ASGI middleware: gives each request its `Browser`, and sends the cookie when it changed. With a page it is also
    sent when there is a newer key to encrypt it with: not with other answers, which may cross those that change it."""

    def __init__(self, app: ASGIApp, seal: Seal) -> None:
        self.app, self.seal = app, seal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        cookie = asked.cookies.get(COOKIE)
        browser, is_page = self.seal.open(cookie), asked.headers.get("sec-fetch-mode") == "navigate"
        is_old = is_page and self.seal.is_of_an_older_key(cookie)
        before = browser.model_dump()
        scope.setdefault("state", {})["browser"] = browser

        async def send_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and (is_old or browser.model_dump() != before):
                MutableHeaders(scope=message).append("Set-Cookie", self._cookie(browser))
            await send(message)

        await self.app(scope, receive, send_cookie)

    def _cookie(self, browser: Browser) -> str:
        return f"{COOKIE}={self.seal.close(browser)}; Max-Age={LIFE_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax"


def browser_of(request: Request) -> Browser:
    browser: Browser = request.state.browser
    return browser
