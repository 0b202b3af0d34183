"""A hosted connection is ordered with its circuit, and a backup is added to a node, in Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser

PRIYA, SLUG = "priya@halcyon.example", "halcyon-health"
CLOUD = "Stratus backup line"
DONE = {"timeout": 30_000}


@pytest.mark.rule("K7", "K8", "D8", "P19")
async def test_what_comes_along_and_what_is_added(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)

    await orders_a_connection_with_its_circuit(priya)
    await sees_both_end_together(priya)
    await adds_a_backup_to_a_node(priya)


async def orders_a_connection_with_its_circuit(priya: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/orders/new/cloud-hosted")
    await page.get_by_label("Name of the service").fill(CLOUD)
    await expect(page.locator("#price-summary")).to_contain_text("Cloud circuit")
    await look_at(priya, page, "form")
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.get_by_text("Together per month")).to_be_visible()
    await look_at(priya, page, "review")
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    await expect(page.get_by_role("region", name="Add-ons")).to_contain_text("Cloud circuit")
    await look_at(priya, page, "service")


async def sees_both_end_together(priya: BrowserUser) -> None:
    page = priya.page
    await page.get_by_role("region", name="Add-ons").get_by_role("link", name="Cloud circuit").click()
    await expect(page.get_by_role("region", name="Part of a service")).to_contain_text(CLOUD)
    await expect(page.get_by_role("link", name="Cancel", exact=True)).to_have_count(0)
    await look_at(priya, page, "part")
    await page.get_by_role("link", name=CLOUD).click()
    await page.get_by_role("link", name="Cancel", exact=True).click()
    await expect(page.get_by_text("1 service belongs to it and ends with it on the same day:")).to_be_visible()
    await look_at(priya, page, "cancel")


async def adds_a_backup_to_a_node(priya: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/services?q=records-1")
    await page.get_by_role("link", name="records-1", exact=True).click()
    await expect(page.get_by_role("region", name="Add-ons").get_by_role("listitem").first).to_contain_text(
        "Daily backup"
    )
    await page.get_by_role("link", name=re.compile("Add ?: Daily backup")).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Daily backup for records-1")
    await look_at(priya, page, "add-on")
    await page.get_by_label("Name of the service").fill("Second copy")
    await page.get_by_role("button", name="Review the order").click()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="The service that it belongs to").click()
    await expect(page.get_by_role("region", name="Add-ons")).to_contain_text("Second copy")


async def look_at(priya: BrowserUser, page: Page, name: str) -> None:
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await priya.browsers.check(page)
    await priya.picture(f"parts-{name}")
