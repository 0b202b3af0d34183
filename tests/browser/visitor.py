"""A person with a browser of their own: what the story needs beside a desk."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser.conftest import PICTURES
from tests.harness.installation import Installation, real_now

CODE = r"Code: (\d{6})\b"
WIDTHS = {1280: 900, 390: 844}

expect.set_options(timeout=20_000)


@dataclass
class Visitor:
    """A person with a browser of their own."""

    installed: Installation
    context: BrowserContext
    page: Page
    complaints: list[str]

    async def open(self, path: str) -> Page:
        await self.page.goto(self.url(path))
        return self.page

    def url(self, path: str) -> str:
        return str(self.installed.place.http.base_url).rstrip("/") + path

    async def mailed(self, address: str, pattern: str, since: datetime) -> str:
        return await self.installed.place.mail_to(address, pattern, since)

    async def sign_in(self, address: str, *, by_code: bool = False) -> None:
        """Ask for the mail; then press the button behind its link in this browser, or type its code."""
        asked_at = real_now()
        await self.open("/sign-in")
        await self.page.get_by_label("E-mail address").fill(address)
        await self.page.get_by_role("button", name="Continue").click()
        await expect(self.page.get_by_role("heading", name="Check your mail")).to_be_visible()
        if by_code:
            await self.page.get_by_label("6-digit code").fill(await self.mailed(address, CODE, asked_at))
        else:
            await self.page.goto(await self.mailed(address, r"(http\S+/sign-in/verify\S+)", asked_at))
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("navigation", name="Main")).to_be_attached()

    async def picture(self, name: str) -> None:
        """Keep what the page looks like at both widths and in both themes, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for theme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=theme)
            for width, height in WIDTHS.items():
                await self.page.set_viewport_size({"width": width, "height": height})
                await self.page.wait_for_timeout(350)  # a drawer that the new width closes slides out
                await self.page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png", full_page=True)
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
async def visit(chromium: Browser, installed: Installation) -> AsyncIterator[Callable[..., Awaitable[Visitor]]]:
    """``await visit()``: somebody with a fresh browser. What its console complains of fails the test."""
    everybody: list[Visitor] = []
    async with AsyncExitStack() as stack:

        async def come(**options: object) -> Visitor:
            context = await chromium.new_context(viewport={"width": 1280, "height": 900}, **options)  # type: ignore[arg-type]
            stack.push_async_callback(context.close)
            visitor = Visitor(installed, context, await context.new_page(), [])
            visitor.page.on("console", lambda message: _note(visitor, message))
            visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
            everybody.append(visitor)
            return visitor

        yield come
    assert [complaint for visitor in everybody for complaint in visitor.complaints] == []


def _note(visitor: Visitor, message: ConsoleMessage) -> None:
    expected = re.search(r"status of (403|404|409|410|422|503)", message.text)
    if message.type == "error" and not expected:
        visitor.complaints.append(message.text)
