"""Chromium against a whole installation: signing in by mail, checks of pages, and errors that pages log."""

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, StorageState

from tests.browser.accessibility import Accessibility
from tests.harness.installation import Installation

PICTURES = Path("test-results/pictures")
WANTS_PICTURES = bool(os.environ.get("PICTURES"))
"""With `make test PICTURES=1`. They take a good part of the time, and no test looks at them."""
FAINT = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const light = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
        const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const behind = (element) => {
        for (let around = element.parentElement; around; around = around.parentElement) {
            const colour = getComputedStyle(around).backgroundColor;
            if (!/transparent|, 0\\)|\\/ 0\\)/.test(colour)) return colour;
        }
        return "white";
    };
    const controls = "input:not([type=hidden], [type=submit]), select, textarea";
    return Array.from(document.querySelectorAll(controls)).filter((each) => each.checkVisibility()).flatMap((each) => {
        const style = getComputedStyle(each), ground = behind(each);
        const found = Math.max(contrast(style.borderTopColor, ground), contrast(style.backgroundColor, ground));
        return style.opacity === "1" && found < 3 ? [`${each.name || each.id} ${found.toFixed(2)}:1`] : [];
    });
}"""
"""Controls whose outline does not stand out from what is around them (WCAG 2.2, 1.4.11): axe does not look for it."""
BEYOND = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
    Array.from(document.querySelectorAll("body *")).filter((each) => each.checkVisibility()
        && each.getBoundingClientRect().right > window.innerWidth + 0.5).map((each) => each.outerHTML.slice(0, 160))
"""
"""What makes a page wider than its window: the elements that reach beyond it."""
REFUSED = re.compile(r"the server responded with a status of 4\d\d")
"""Chromium logs each 4xx as an error of the page, but tests ask for some of them."""


@dataclass
class Browsers:
    """Opens browsers, each with its own cookies, and collects the errors that pages log."""

    chromium: Browser
    installed: Installation
    accessibility: Accessibility = field(default_factory=Accessibility)
    signed_in: dict[str, StorageState] = field(default_factory=dict)
    page_errors: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return str(self.installed.site.http.base_url).rstrip("/")

    async def open(self, address: str | None = None, *, width: int = 1280, **options: Any) -> Page:
        """A page of a fresh browser, in which ``address`` is signed in. The session is reused in later browsers."""
        if address and address not in self.signed_in:
            await self._sign_in_once(address)
        context = await self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 800},
            storage_state=self.signed_in[address] if address else None,
            reduced_motion="reduce",  # axe would measure colours in the middle of a transition
            **options,
        )
        context.set_default_timeout(15_000)
        page = await context.new_page()
        page.on("console", lambda message: self._note(page, message.type, message.text))
        page.on("pageerror", lambda error: self._note(page, "error", str(error)))
        return page

    async def code_for(self, address: str, after: datetime) -> str:
        return await self.installed.site.mail_to(address, r"Code: (\d{6})\b", after)

    async def _sign_in_once(self, address: str) -> None:
        page = await self.open()
        await sign_in(self, page, address)
        self.signed_in[address] = await page.context.storage_state()
        await page.context.close()

    def _note(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and not REFUSED.search(text):
            self.page_errors.append(f"{page.url}: {text}")

    async def check(self, page: Page) -> None:
        """Fail on violations of WCAG 2.2 AA that axe finds, and on horizontal scrolling."""
        await self.accessibility.check(page)
        assert await page.evaluate(FAINT) == [], page.url
        assert await page.evaluate(BEYOND) == [], page.url

    async def picture(self, page: Page, name: str) -> None:
        """Save a screenshot for people to look at, where somebody asks for it."""
        if not WANTS_PICTURES:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


async def sign_in(browsers: Browsers, page: Page, address: str) -> None:
    """Sign in with the code of the mail."""
    asked_at = datetime.now(UTC)
    await ask_for_mail(page, address)
    await page.get_by_label("6-digit code").fill(await browsers.code_for(address, asked_at))
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("navigation", name="Main").wait_for(state="attached")


async def ask_for_mail(page: Page, address: str) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill(address)
    await page.get_by_role("button", name="Continue").click()
