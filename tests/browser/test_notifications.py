"""An admin sees live that an order waits for her, opens it, and switches its mails off with the link of one. In
Chromium."""

import re

import pytest
from playwright.async_api import expect

from deploy.demo.companies import MARA
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.browser.test_asking_for_an_order import PRIYA, SLUG, mara_asks
from tests.harness.installation import real_now

NAME = "Radiology uplink"
UNSUBSCRIBE = r"(http\S+/unsubscribe\?t=\S+)"


@pytest.mark.rule("D24")
async def test_an_admin_is_told_at_once_and_decides_what_she_is_mailed(open_browser: OpenBrowser) -> None:
    mara, priya = await open_browser(), await open_browser()
    await mara.sign_in(MARA.address)
    await priya.sign_in(PRIYA)

    asked_at = real_now()
    page = await priya.open("/notifications")
    await mara_asks(mara, NAME)
    await expect(page.get_by_role("button", name=f"{NAME} waits for your approval")).to_be_visible()
    await priya.picture("notifications")
    await priya_opens_it(priya)

    link = await priya.mailed(PRIYA, UNSUBSCRIBE, asked_at)
    await priya_switches_its_mails_off(priya, link)
    await she_switches_them_on_again(priya)


async def priya_opens_it(priya: BrowserUser) -> None:
    page = priya.page
    await page.get_by_role("button", name=f"{NAME} waits for your approval").click()
    await expect(page).to_have_url(re.compile(rf"/w/{SLUG}/orders/"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    await page.get_by_role("link", name=re.compile("^Notifications")).last.click()
    await page.get_by_role("link", name="Unread", exact=True).click()
    await expect(page.get_by_role("button", name=f"{NAME} waits for your approval")).to_have_count(0)


async def priya_switches_its_mails_off(priya: BrowserUser, link: str) -> None:
    page = await priya.open(link)
    await priya.picture("unsubscribe")
    await page.get_by_role("button", name="Switch them off").click()
    await expect(page.get_by_role("heading", name="Switched off")).to_be_visible()
    await page.get_by_role("link", name="Choose what you are told of").click()
    switch = page.get_by_role("switch", name="An order waits for approval: by mail")
    await expect(switch).not_to_be_checked()


async def she_switches_them_on_again(priya: BrowserUser) -> None:
    page = priya.page
    await priya.picture("choosing-notifications")
    await page.get_by_role("switch", name="An order waits for approval: by mail").check()
    await expect(page.get_by_text("Saved: switched on.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("switch", name="An order waits for approval: by mail")).to_be_checked()
