"""A person at the portal's pages, over plain HTTP and without a browser."""

from datetime import UTC, datetime

import httpx

from deploy.demo.person import Site


class Visitor:
    """Keeps the cookies that pages set. ``http`` may be pointed at another portal between two requests."""

    def __init__(self, site: Site, base_url: str) -> None:
        self.site, self.base_url = site, base_url
        self.http = httpx.AsyncClient(timeout=15, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
        self._cookies: dict[str, str] = {}
        self._home: str | None = None

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
        if self._home is None:
            self._home = (await self.get("/")).headers["location"]
        return await self.get(self._home)

    async def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        headers = self._headers() | {"Origin": self.base_url}
        return self._keep(await self.http.post(self.base_url + path, data=form, headers=headers))

    def _headers(self) -> dict[str, str]:
        return (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())} if self._cookies else {}
        )

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
