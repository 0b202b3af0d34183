"""A person at the portal's pages, over plain HTTP and without a browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from deploy.demo.person import Site


class Visitor:
    """Keeps the cookies that pages set. ``base_url`` may become another portal's between two requests: all portals are
    one site, whose address is ``public_url``."""

    def __init__(self, site: Site, base_url: str, public_url: str | None = None) -> None:
        self.site, self.base_url = site, base_url
        self._public_url = public_url or base_url
        self.http = httpx.AsyncClient(timeout=15, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
        self._cookies: dict[str, str] = {}
        self.home: str | None = None

    async def ask(self, address: str) -> None:
        """Ask for the mail with the code."""
        self._asked_at = datetime.now(UTC)
        answer = await self.post("/sign-in", {"address": address})
        assert answer.status_code == 303, answer.text[:2000]
        self._address = address

    async def enter_code(self) -> None:
        """Enter the code from that mail."""
        code = await self.site.mail_to(self._address, r"Code: (\d{6})\b", self._asked_at)
        answer = await self.post("/sign-in/check", {"code": code})
        assert answer.status_code == 303, answer.text[:2000]

    async def get(self, path: str) -> httpx.Response:
        return self._keep(await self.http.get(self.base_url + path, headers=self._headers()))

    async def overview(self) -> httpx.Response:
        """The first page of their workspace."""
        if self.home is None:
            self.home = (await self.get("/")).headers["location"]
        return await self.get(self.home)

    async def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        headers = self._headers() | {"Origin": self._public_url}
        return self._keep(await self.http.post(self.base_url + path, data=form, headers=headers))

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[AsyncIterator[str]]:
        """The lines of an event stream."""
        async with self.http.stream("GET", self.base_url + path, headers=self._headers()) as answer:
            assert answer.status_code == 200
            yield answer.aiter_lines()

    async def unread(self) -> int:
        """What the bell of their first page says."""
        found = re.search(r"Notifications: (\d+) unread", (await self.overview()).text)
        return int(found[1]) if found else 0

    def _headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Host": urlsplit(self._public_url).netloc} | ({"Cookie": cookie} if cookie else {})

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        """Cookies of a local portal are marked secure: a browser takes http://localhost for secure, a library does
        not."""
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        self.http.cookies.clear()
        return answer

    async def close(self) -> None:
        await self.http.aclose()
