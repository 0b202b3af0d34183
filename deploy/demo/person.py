"""A person who signs in by mail and then uses the public APIs."""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.processes import CouldNotStart

TOKEN_SECONDS = 40
"""An access token is valid for 60 seconds; it is renewed before that."""
PATIENCE_SECONDS = 60
NOT_YET = {429, 502, 503}
UNUSED = httpx.Limits(keepalive_expiry=3)
"""An unused connection is closed before uvicorn closes it, which is after five seconds: a request that crosses with the
closing would fail."""


class UnexpectedAnswer(CouldNotStart):
    """An API returned something that the demo does not expect."""


@dataclass(frozen=True)
class Site:
    """HTTP clients of one installation: of its public address, and of its mail catcher."""

    http: httpx.AsyncClient
    mail: httpx.AsyncClient

    async def mail_to(self, address: str, pattern: str, after: datetime) -> str:
        """The first group of ``pattern`` in the newest mail to ``address`` since ``after``; waits for that mail."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = await self.mail.get("/api/messages", params={"to": address})
            for mail in answer.json():
                found = re.search(pattern, mail["text"])
                if found and datetime.fromisoformat(mail["received_at"]) >= after:
                    return found[1]
            await asyncio.sleep(0.2)
        raise UnexpectedAnswer(f"No mail with {pattern} came to {address} within {PATIENCE_SECONDS} s.")


@asynccontextmanager
async def open_site(url: str, mail_url: str) -> AsyncIterator[Site]:
    """The installation at ``url``, with the mail catcher at ``mail_url``."""
    async with (
        httpx.AsyncClient(base_url=url, timeout=30, limits=UNUSED) as http,
        httpx.AsyncClient(base_url=mail_url, timeout=30, limits=UNUSED) as mail,
    ):
        yield Site(http, mail)


BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""What the page of one's sessions and mails about sign-ins say of a demo person's browser: Firefox on Windows."""


class Person:
    def __init__(self, site: Site, address: str) -> None:
        self.site, self.address = site, address
        self.browser = secrets.token_urlsafe(24)
        self._session: str | None = None
        self._token, self._token_at = "", 0.0

    async def sign_in(self) -> None:
        """Ask for the sign-in mail, and redeem its code. An earlier session ends, as in a browser."""
        if self._session:
            await self._send("POST", "/api/identity/sessions/end", {"session": self._session})
        asked_at = datetime.now(UTC)
        asked = {"address": self.address, "browser": self.browser}
        challenge = await self._send("POST", "/api/identity/sign-in-challenges", asked)
        await self._prove(challenge["challenge_id"], asked_at)

    async def accept_invitation(self, invited_at: datetime) -> None:
        """Follow the invitation's link, and redeem the code that is mailed then."""
        token = await self.site.mail_to(self.address, r"/invite\?t=([\w-]+)", invited_at)
        accepted_at = datetime.now(UTC)
        followed = {"token": token, "browser": self.browser}
        accepted = await self._send("POST", "/api/identity/sign-in-challenges/invited", followed)
        await self._prove(accepted["challenge_id"], accepted_at)

    async def get(self, path: str, **params: Any) -> Any:
        return await self._send("GET", path, params=params, authorized=True)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return await self._send("POST", path, body, authorized=True)

    async def patch(self, path: str, body: dict[str, Any]) -> Any:
        return await self._send("PATCH", path, body, authorized=True)

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        return await self._send("PUT", path, body, authorized=True)

    async def upload(self, path: str, content: bytes) -> Any:
        return await self._send("PUT", path, content=content, authorized=True)

    async def delete(self, path: str) -> Any:
        return await self._send("DELETE", path, authorized=True)

    async def _prove(self, challenge_id: str, since: datetime) -> None:
        code = await self.site.mail_to(self.address, r"Code: (\d{6})\b", since)
        proof = {"browser": self.browser, "device": self.browser, "code": code}
        redeemed = await self._send("POST", f"/api/identity/sign-in-challenges/{challenge_id}/redeem", proof)
        self._session, self._token_at = redeemed["session"], 0.0

    async def _authorization(self) -> dict[str, str]:
        if time.monotonic() - self._token_at > TOKEN_SECONDS:
            token = await self._send("POST", "/api/identity/tokens", {"session": self._session})
            self._token, self._token_at = token["access_token"], time.monotonic()
        return {"Authorization": f"Bearer {self._token}"}

    async def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        authorized: bool = False,
        content: bytes | None = None,
    ) -> Any:
        """The response's JSON. Requests that cannot be answered yet are repeated with the same idempotency key."""
        always = {"User-Agent": BROWSER} | ({"Idempotency-Key": str(uuid4())} if method == "POST" else {})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            headers = always | (await self._authorization() if authorized else {})
            answer = await self.site.http.request(
                method, path, json=body, content=content, params=params, headers=headers
            )
            if answer.status_code not in NOT_YET or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        if answer.is_error:
            raise UnexpectedAnswer(f"{method} {path} as {self.address}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None
