"""An additional user adds to a cloud subscription, changes and cancels what was added, and renews; a holder resets the
credentials. In Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser

MEI, PAULA, SLUG = "mei@tiller.example", "paula@alder.example", "alder-foundry"
NAME, ADDED = "Foundry watch", "Records of a year"
DONE = {"timeout": 30_000}


@pytest.mark.rule("I10", "I14", "I23", "I24", "I26")
async def test_an_additional_user_looks_after_a_cloud_subscription(open_browser: OpenBrowser) -> None:
    mei, paula = await open_browser(), await open_browser()
    await mei.sign_in(MEI)
    await paula.sign_in(PAULA)

    await goes_to_alder(mei)
    await sees_what_she_may(mei)
    await adds(mei)
    await changes(mei)
    await cancels_and_keeps(mei)
    await renews(mei)
    await resets(paula)


async def goes_to_alder(mei: BrowserUser) -> None:
    page = await mei.open("/w/tiller-robotics/")
    await page.locator("summary", has_text="Your menu").click()
    await page.get_by_role("link", name="All accounts").click()
    await page.get_by_role("region", name="Alder Foundry").get_by_role("button", name="Open").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Alder Foundry")


async def watch(person: BrowserUser) -> Page:
    page = await person.open(f"/w/{SLUG}/services?q=foundry")
    await page.get_by_role("link", name=NAME, exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    return page


async def sees_what_she_may(mei: BrowserUser) -> None:
    page = await watch(mei)
    for deed in ("Change", "Cancel", "Suspend", "Reset credentials"):
        await expect(page.locator(".head-actions").get_by_role("link", name=deed, exact=True)).to_have_count(0)
    added = page.get_by_role("region", name="Add-ons")
    await expect(added).to_contain_text("Longer retention")
    await expect(added).to_contain_text("€19.00")
    await look_at(mei, page, "offered")


async def adds(mei: BrowserUser) -> None:
    page = mei.page
    await page.get_by_role("link", name=re.compile("Add ?: Longer retention")).click()
    await page.get_by_label("Name of the service").fill(ADDED)
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.get_by_role("region", name="Price")).to_contain_text("€19.00")
    await look_at(mei, page, "review")
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    await expect(page.get_by_role("region", name="Part of a service")).to_contain_text(NAME)


async def changes(mei: BrowserUser) -> None:
    page = mei.page
    await expect(page.get_by_role("link", name="Reset credentials")).to_have_count(0)
    await look_at(mei, page, "add-on")
    await page.get_by_role("link", name="Change", exact=True).click()
    await page.get_by_label("Months").select_option("12")
    await page.get_by_role("button", name="Review the change").click()
    await page.get_by_role("button", name="Order the change").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    await expect(page.get_by_role("region", name="Configuration")).to_contain_text("12")


async def cancels_and_keeps(mei: BrowserUser) -> None:
    page = mei.page
    await page.get_by_role("link", name="Cancel", exact=True).click()
    await page.get_by_label(re.compile("At the end of its billing period")).check()
    await page.get_by_role("button", name="Cancel the service").click()
    await expect(page.get_by_text("This service is cancelled. It ends")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("The service goes on.")).to_be_visible()
    await page.get_by_role("link", name="Cancel", exact=True).click()
    await page.get_by_label("Now").check()
    await page.get_by_label(re.compile("Name of the service")).fill(ADDED)
    await page.get_by_role("button", name="Cancel the service").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)


async def renews(mei: BrowserUser) -> None:
    page = await watch(mei)
    await page.get_by_role("link", name="Subscription", exact=True).click()
    await page.get_by_role("link", name="Renew", exact=True).click()
    await look_at(mei, page, "renew")
    await page.get_by_role("button", name="Renew", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


async def resets(paula: BrowserUser) -> None:
    page = await watch(paula)
    await page.locator(".head-actions").get_by_role("link", name="Reset credentials").click()
    await page.get_by_role("button", name="Reset the credentials").click()
    await page.get_by_role("link", name="Get the new credentials").click(timeout=30_000)
    await page.get_by_role("button", name="Show the new credentials").click()
    await expect(page.get_by_label("Password")).to_have_value(re.compile("^.{24}$"))
    await page.go_back()
    await page.reload()
    await expect(page.get_by_text("were shown already")).to_be_visible()


async def look_at(person: BrowserUser, page: Page, name: str) -> None:
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(page)
    await person.picture(f"configuring-add-ons-{name}")
