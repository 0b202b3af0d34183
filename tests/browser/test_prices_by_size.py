"""A node whose price follows its size: ordered, resized, and read on its subscription. In Chromium."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser

PRIYA, SLUG = "priya@halcyon.example", "halcyon-health"
NAME = "Imaging archive"
DONE = {"timeout": 30_000}


@pytest.mark.rule("K1", "K6", "K7", "K8", "D20")
async def test_the_price_of_a_node_follows_its_size(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)

    await orders_a_node(priya)
    await resizes_it(priya)


async def orders_a_node(priya: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/orders/new/compute-node")
    await page.get_by_label(re.compile("Monthly by size")).check()
    await expect(page.get_by_text("per unit of CPU cores")).to_be_visible()
    await expect(price(page)).to_contain_text("316.60")  # 99, 16 cores of 9, 64 GB of 0.90, 2 TB of 8
    await page.get_by_label("CPU cores", exact=True).select_option("32")
    await expect(price(page)).to_contain_text("460.60")
    await page.get_by_label("Host name", exact=True).fill("archive-1")
    await page.get_by_label("Name of the service").fill(NAME)
    await look_at(priya, page, "order")
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.locator("main")).to_contain_text("460.60")
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    await reads_its_price(page, "460.60", "32")
    await look_at(priya, page, "subscription")


async def resizes_it(priya: BrowserUser) -> None:
    page = priya.page
    await page.get_by_role("link", name="Change", exact=True).click()
    await page.get_by_label("CPU cores", exact=True).select_option("64")
    await expect(price(page)).to_contain_text("748.60")
    await look_at(priya, page, "change")
    await page.get_by_role("button", name="Review the change").click()
    await expect(page.locator("main")).to_contain_text("748.60")
    await page.get_by_role("button", name="Order the change").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    await reads_its_price(page, "748.60", "64")


def price(page: Page) -> Locator:
    return page.locator("#price-summary")


async def reads_its_price(page: Page, amount: str, cores: str) -> None:
    """Billing hears of what was done a moment later."""
    await page.get_by_role("link", name="Subscription", exact=True).click()
    shown = page.get_by_role("region", name="Billing")
    for _ in range(20):
        if amount in await shown.inner_text():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    await expect(shown).to_contain_text(amount)
    await expect(shown.locator("dl > div").filter(has_text="CPU cores")).to_contain_text(cores)


async def look_at(priya: BrowserUser, page: Page, name: str) -> None:
    await priya.browsers.check(page)
    await priya.picture(f"prices-by-size-{name}")
    await page.set_viewport_size({"width": 1280, "height": 900})
