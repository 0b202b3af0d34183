"""The first story, from an invitation to its payment: by keyboard alone in German, and without script in English. How
often somebody presses something is what docs/usability.md says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from deploy.demo.companies import ANA
from deploy.waiting import eventually
from tests.browser.browser_user import CODE
from tests.browser.browsers import Browsers
from tests.harness.installation import Installation, real_now

INVITED = r"(http\S+/invite\?t=\S+)"
USABILITY = Path("docs/usability.md")
MOST_TABS = 150
"""From one control of a page to another."""


def told_otherwise(counted: Mapping[str, int], who: str = "") -> str:
    """The tasks with what was pressed for them, where docs/usability.md says something else. With ``who``, in the row
    of that person."""
    told, column = USABILITY.read_text(), f" {who} " if who else "[^|]*"
    return "\n".join(
        f"{name}: {pressed}"
        for name, pressed in counted.items()
        if not re.search(rf"^\| {re.escape(name)} \|{column}\| {pressed} \|", told, re.MULTILINE)
    )


@dataclass
class Somebody:
    """Somebody at a page, who counts what they press."""

    page: Page
    pressed: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    async def press(self, control: Locator) -> None:
        self.pressed += 1
        await control.click()

    async def write(self, control: Locator, text: str) -> None:
        await control.fill(text)

    async def submit(self) -> None:
        await self.press(self.page.locator("main form button[type=submit].btn-primary").first)

    def task(self, name: str) -> None:
        """What was pressed until now since the last one was for this."""
        self.counted[name], self.pressed = self.pressed, 0


class AtKeyboard(Somebody):
    """With the Tab and Enter keys alone."""

    async def press(self, control: Locator) -> None:
        self.pressed += 1
        await self._reach(control)
        await self.page.keyboard.press("Enter")

    async def write(self, control: Locator, text: str) -> None:
        await self._reach(control)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def _reach(self, control: Locator) -> None:
        await control.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if await control.evaluate("each => each === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{control} is not reached with the Tab key")


@dataclass(frozen=True)
class Story:
    name: str
    slug: str
    address: str
    language: str
    by_keyboard: bool


STORIES = [
    Story("Zephyr Werkzeuge", "zephyr-werkzeuge", "lena@zephyr.example", "de-DE", by_keyboard=True),
    Story("Quill Press", "quill-press", "rosa@quill.example", "en-GB", by_keyboard=False),
]


async def at_page(browsers: Browsers, story: Story, address: str | None) -> Somebody:
    page = await browsers.open(address, locale=story.language, java_script_enabled=story.by_keyboard)
    return (AtKeyboard if story.by_keyboard else Somebody)(page)


@pytest.mark.rule("P1", "L8", "L12", "K6", "K7", "L15", "D28")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
async def test_the_first_story(browsers: Browsers, installed: Installation, story: Story) -> None:
    ana = await at_page(browsers, story, ANA.address)
    invited_at = real_now()
    await invite(ana, story)

    owner = await at_page(browsers, story, None)
    await join(browsers, owner, story, invited_at)
    await order(owner)
    await pay(installed, owner, story)

    assert told_otherwise(ana.counted | owner.counted) == ""


async def invite(ana: Somebody, story: Story) -> None:
    page = ana.page
    await page.goto("/w/meridian-partners/")
    await ana.press(page.locator("main a[href$='/customers/new']").first)
    await ana.write(page.locator("[name=display_name]"), story.name)
    await ana.submit()
    await ana.write(page.locator("[name=display_name]"), "The owner")
    await ana.write(page.locator("[name=address]"), story.address)
    await ana.submit()
    await ana.press(page.locator(f"[data-row={story.slug}] a[href*='/invitations/']").first)
    await ana.submit()
    await expect(page.locator(f"[data-row={story.slug}]")).to_be_visible()
    ana.task("Add a customer and invite it")


async def join(browsers: Browsers, owner: Somebody, story: Story, invited_at: datetime) -> None:
    link = await browsers.installed.site.mail_to(story.address, INVITED, invited_at)
    asked_at = real_now()
    await owner.page.goto(link)
    await owner.submit()
    code = await browsers.installed.site.mail_to(story.address, CODE, asked_at)
    await owner.write(owner.page.locator("[name=code]"), code)
    await owner.submit()
    await expect(owner.page.locator("html")).to_have_attribute("lang", story.language)
    owner.task("Join from an invitation")


async def order(owner: Somebody) -> None:
    page = owner.page
    await owner.press(page.locator("main a[href$='/orders/new']").first)
    await owner.press(page.locator("a.offer[href$='/compute-node']"))
    await owner.write(page.locator("[name='configuration.hostname']"), "press-1")
    await owner.write(page.locator("[name=display_name]"), "Press")
    await owner.submit()
    await owner.submit()
    await expect(page).to_have_url(re.compile(r"/orders/[0-9a-f-]{36}$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Press")
    owner.task("Order a service")


async def pay(installed: Installation, owner: Somebody, story: Story) -> None:
    page = owner.page

    async def is_issued() -> bool:
        await page.goto(f"/w/{story.slug}/")
        return await page.locator("main a[href*='/billing/invoices/']").count() > 0

    await eventually(is_issued, seconds=90, pause=1)
    await owner.press(page.locator("main a[href*='/billing/invoices/']").first)
    await owner.submit()
    await owner.press(page.locator("button.pay"))
    await expect(page.locator(".pill-ok, .pill.ok").first).to_be_visible()
    owner.task("Pay an invoice")
