"""A person with their own browser."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from playwright.async_api import Page, expect

from tests.browser.browsers import PICTURES, WANTS_PICTURES, Browsers, ask_for_mail, sign_in
from tests.harness.installation import real_now

CODE = r"Code: (\d{6})\b"
LINK = r"(http\S+/sign-in/verify\S+)"
AT_REST = """() => Promise.all(
    document.getAnimations()
        .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
        .map(each => each.finished.catch(() => null))
)"""
"""Resolves when all finite animations of the page have ended."""
WIDTHS = {1280: 900, 390: 844}

expect.set_options(timeout=20_000)


@dataclass
class BrowserUser:
    browsers: Browsers
    page: Page

    async def open(self, path: str) -> Page:
        await self.page.goto(path)
        return self.page

    async def mailed(self, address: str, pattern: str, since: datetime) -> str:
        return await self.browsers.installed.site.mail_to(address, pattern, since)

    async def sign_in(self, address: str) -> None:
        """Sign in with the button behind the mail's link, in the browser that asked for it."""
        asked_at = real_now()
        await ask_for_mail(self.page, address)
        await expect(self.page.get_by_role("heading", name="Check your mail")).to_be_visible()
        await self.page.goto(await self.mailed(address, LINK, asked_at))
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("navigation", name="Main")).to_be_attached()

    async def sign_in_by_code(self, address: str) -> None:
        await sign_in(self.browsers, self.page, address)

    async def picture(self, name: str) -> None:
        """Save screenshots at both widths and in both themes, for people to look at, where somebody asks for them. The
        page is light and wide afterwards, in either case."""
        if WANTS_PICTURES:
            await self._take(name)
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size({"width": 1280, "height": 900})

    async def _take(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for theme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=theme)
            for width, height in WIDTHS.items():
                await self.page.set_viewport_size({"width": width, "height": height})
                await self.page.evaluate(AT_REST)  # a drawer that the new width closes slides out
                # To hide the caret, a style would be set, which a page that updates itself meanwhile copies in vain.
                await self.page.screenshot(
                    path=PICTURES / f"{name}-{width}-{theme}.png", full_page=True, caret="initial"
                )


OpenBrowser = Callable[[], Awaitable[BrowserUser]]
