"""Services are changed, suspended, resumed, cancelled and kept, and one is deleted. In Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, SLUG = "priya@halcyon.example", "halcyon-health"
NAME = "Ward uplink"
DONE = {"timeout": 30_000}


@pytest.mark.rule("K2", "K8", "P19")
async def test_the_life_of_a_service(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)

    await orders_a_port(priya)
    await changes_it(priya)
    await suspends_and_resumes_it(priya)
    await cancels_and_keeps_it(priya)
    await deletes_it(priya)


async def orders_a_port(priya: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/orders/new/port-1g")
    await page.get_by_label("Name of the service").fill(NAME)
    await page.get_by_role("button", name="Review the order").click()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    await look_at(priya, page, "service")


async def changes_it(priya: BrowserUser) -> None:
    page, began = priya.page, real_now()
    await page.get_by_role("link", name="Change", exact=True).click()
    await look_at(priya, page, "change")
    await page.get_by_label("Term in months").select_option("24")
    await page.get_by_role("button", name="Review the change").click()
    await expect(page.get_by_text("Nothing is ordered yet.")).to_be_visible()
    await look_at(priya, page, "change-review")
    await page.get_by_role("button", name="Order the change").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await look_at(priya, page, "changed")
    await priya.mailed(PRIYA, rf"({NAME} is changed)", began)
    await page.get_by_role("link", name="Open the service").click()
    await expect(page.get_by_role("region", name="Configuration")).to_contain_text("24")


async def suspends_and_resumes_it(priya: BrowserUser) -> None:
    page, here = priya.page, priya.page.url
    await page.get_by_role("link", name="Suspend", exact=True).click()
    await look_at(priya, page, "suspend")
    await page.get_by_role("button", name="Suspend the service").click()
    await expect(page.locator("#progress")).to_contain_text("Succeeded", **DONE)
    await page.goto(here)
    await expect(page.get_by_text("This service is suspended.")).to_be_visible()
    await look_at(priya, page, "suspended")
    await page.get_by_role("button", name="Resume").click()
    await expect(page.locator("#progress")).to_contain_text("Succeeded", **DONE)
    await page.goto(here)
    await expect(page.get_by_text("This service is suspended.")).to_have_count(0)


async def cancels_and_keeps_it(priya: BrowserUser) -> None:
    page = priya.page
    await page.get_by_role("link", name="Cancel", exact=True).click()
    await look_at(priya, page, "cancel")
    await page.get_by_label(re.compile("At the end of its billing period")).check()
    await page.get_by_role("button", name="Cancel the service").click()
    await expect(page.get_by_text("This service is cancelled. It ends")).to_be_visible()
    await look_at(priya, page, "cancelled")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("The service goes on.")).to_be_visible()


async def deletes_it(priya: BrowserUser) -> None:
    page = priya.page
    await page.get_by_role("link", name="Cancel", exact=True).click()
    await page.get_by_label("Now").check()
    await page.get_by_role("button", name="Cancel the service").click()
    await expect(page.get_by_role("alert")).to_contain_text("Enter the name of the service")
    await look_at(priya, page, "unnamed")
    await page.get_by_label(re.compile("Name of the service")).fill(NAME)
    await page.get_by_role("button", name="Cancel the service").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await look_at(priya, page, "deleted")
    await priya.open(f"/w/{SLUG}/services?q=ward")
    await expect(page.get_by_role("row").filter(has_text=NAME)).to_have_count(0)


async def look_at(person: BrowserUser, page: Page, name: str) -> None:
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(page)
    await person.picture(f"changing-services-{name}")
