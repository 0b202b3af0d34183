"""The provider's staff write news, look at them and send them; a customer's admin reads the mail and switches the topic
off with its link, and the next ones do not reach her. In Chromium."""

import re
from datetime import datetime

import pytest
from playwright.async_api import expect

from deploy.demo.companies import ROBIN
from deploy.waiting import eventually
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA = "priya@halcyon.example"
FIRST, SECOND = "Meet us in Rotterdam", "Meet us in Vienna"
UNSUBSCRIBE = r"(?s)Meet us in Rotterdam.*?(http\S+/unsubscribe\?t=\S+)"


@pytest.mark.rule("I13", "I28", "D24")
async def test_news_reach_whoever_wants_them(open_browser: OpenBrowser) -> None:
    robin, priya = await open_browser(), await open_browser()
    await robin.sign_in(ROBIN.address)
    await priya.sign_in(PRIYA)

    before = real_now()
    await robin_sends(robin, FIRST)
    await priya_reads_and_switches_off(priya, before)
    await robin_sends(robin, SECOND)

    await expect(robin.page.get_by_text("Had switched it off").locator("xpath=..").locator("dd")).to_have_text("1")
    page = await priya.open("/notifications")
    await expect(page.get_by_role("button", name=SECOND)).to_be_visible()
    page = await priya.open("/me/mails")
    await expect(page.get_by_text("You have switched off mails of this kind.").first).to_be_visible()


async def robin_sends(robin: BrowserUser, title: str) -> None:
    page = await robin.open("/provider/larkspur/news")
    await robin.picture("news")
    await page.get_by_role("link", name="Write news").click()
    await page.get_by_label("About").select_option(label="Conference or meeting")
    await page.get_by_label("Title").first.fill(title)
    await page.get_by_label("Text").first.fill("We are there **all day**.\n\n- Hall 3\n- Stand 12")
    await page.get_by_label("Which of them").select_option(label="All, with those of partners")
    await page.get_by_role("button", name="Show the preview").click()
    await expect(page.frame_locator("iframe").get_by_text("all day", exact=True)).to_be_visible()
    await robin.picture("writing-news")
    await page.get_by_role("button", name="Save the draft").click()
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    await expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(title)
    await robin.picture("draft-of-news")
    await page.get_by_role("link", name="Send", exact=True).click()
    await expect(page.get_by_role("heading", name=re.compile(r"Send it to \d+ people\?"))).to_be_visible()
    await robin.picture("sending-news")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("It is being sent.")).to_be_visible()

    async def is_sent() -> bool:
        await page.reload()
        return await page.locator("main").get_by_text("Ended", exact=True).count() > 0

    await eventually(is_sent, "the news is sent", seconds=60, pause=0.5)


async def priya_reads_and_switches_off(priya: BrowserUser, before: datetime) -> None:
    link = await priya.mailed(PRIYA, UNSUBSCRIBE, before)
    page = await priya.open("/notifications")
    await page.get_by_role("button", name=FIRST).click()
    await expect(page.locator("strong", has_text="all day")).to_be_visible()
    await priya.picture("reading-news")
    page = await priya.open(link)
    await page.get_by_role("button", name="Switch them off").click()
    await expect(page.get_by_role("heading", name="Switched off")).to_be_visible()
