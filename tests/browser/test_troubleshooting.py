"""A node is restarted, diagnosed, and its console read, in Chromium (P19, P21)."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, SLUG, NODE = "priya@halcyon.example", "halcyon-health", "records-1"


@pytest.mark.rule("P19", "P21", "K9")
async def test_a_node_is_restarted_and_read(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)
    page = await priya.open(f"/w/{SLUG}/services?q=records")
    await page.get_by_role("link", name=NODE).click()
    service = page.url
    await look_at(priya, page, "service")

    await restart(priya, page)
    await page.goto(service)
    await read_console(priya, page)
    await page.goto(service)
    await page.get_by_role("button", name="Diagnose").click()
    await expect(page.locator("#progress")).to_contain_text("all values are within their limits", timeout=30_000)
    await page.goto(f"{service}/operations")
    for what in ("Diagnosis", "Console log", "Restart", "Provisioning"):
        await expect(page.get_by_role("link", name=what, exact=True).first).to_be_visible()
    await look_at(priya, page, "history")
    await page.goto(f"/w/{SLUG}/audit")
    await expect(page.get_by_text(re.compile(f"restarted the service {NODE}")).first).to_be_visible()


@pytest.mark.rule("D30", "I14")
async def test_credentials_are_reset_and_shown_once(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)
    page = await priya.open(f"/w/{SLUG}/services?q=records")
    await page.get_by_role("link", name=NODE).click()

    await page.locator(".head-actions").get_by_role("link", name="Reset credentials").click()
    await look_at(priya, page, "credentials-asked")
    began = real_now()
    await page.get_by_role("button", name="Reset the credentials").click()
    await page.get_by_role("link", name="Get the new credentials").click(timeout=30_000)
    await look_at(priya, page, "credentials-ready")
    await page.get_by_role("button", name="Show the new credentials").click()
    password = page.get_by_label("Password")
    await expect(password).to_have_value(re.compile("^.{24}$"))
    await look_at(priya, page, "credentials-shown")
    await page.go_back()
    await page.reload()
    await expect(page.get_by_text("were shown already")).to_be_visible()
    assert await priya.mailed(PRIYA, rf"({NODE} has new credentials)", began)


async def restart(priya: BrowserUser, page: Page) -> None:
    """One is stopped, the next one runs to its end."""
    await page.locator(".head-actions").get_by_role("link", name="Restart").click()
    await look_at(priya, page, "asked")
    await page.get_by_role("button", name="Restart the service").click()
    await page.get_by_role("button", name="Stop it").click()
    await expect(page.locator("#progress")).to_contain_text("Cancelled", timeout=30_000)
    await look_at(priya, page, "stopped")
    await page.locator(".crumb").click()
    await page.locator(".head-actions").get_by_role("link", name="Restart").click()
    await page.get_by_role("button", name="Restart the service").click()
    await expect(page.locator("#progress")).to_contain_text("Succeeded", timeout=30_000)
    await expect(page.locator(".track .done")).to_have_count(3)
    await look_at(priya, page, "restarted")


async def read_console(priya: BrowserUser, page: Page) -> None:
    await page.get_by_role("button", name="Read the console").click()
    await expect(page.locator(".readout")).to_contain_text("Reached the login prompt", timeout=30_000)
    await look_at(priya, page, "console")


async def look_at(priya: BrowserUser, page: Page, name: str) -> None:
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await priya.browsers.check(page)
    await priya.picture(f"troubleshooting-{name}")
