"""Somebody of a customer copies the key of a licence for software, verifies it and replaces it, in Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser

PAULA, SLUG = "paula@alder.example", "alder-foundry"
NAME = "Gateway of the foundry"


@pytest.mark.rule("I5", "D30")
async def test_a_customer_copies_verifies_and_replaces_the_key_of_a_licence(open_browser: OpenBrowser) -> None:
    paula = await open_browser()
    await paula.sign_in(PAULA)

    key = await copies_the_key(paula)
    await verifies(paula, key, "Valid")
    await replaces_it(paula)
    await verifies(paula, key, "Replaced by a newer key")


async def copies_the_key(paula: BrowserUser) -> str:
    page = await paula.open(f"/w/{SLUG}/licences")
    await look_at(paula, page, "list")
    await page.get_by_role("link", name=NAME).click()
    await expect(page.get_by_role("region", name="Machines that use it")).to_contain_text("gw-hall-1")
    await look_at(paula, page, "licence")
    await page.get_by_role("button", name="Show the key").click()
    key = await page.get_by_role("textbox", name="Licence key").input_value()
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", key)
    assert key not in page.url
    await look_at(paula, page, "key")
    return key


async def verifies(paula: BrowserUser, key: str, verdict: str) -> None:
    page = await paula.open(f"/w/{SLUG}/licences/verify")
    await page.get_by_role("textbox", name="Licence key").fill(key)
    await page.get_by_role("button", name="Verify").click()
    await expect(page.get_by_role("region", name="The key is genuine")).to_contain_text(verdict)
    assert "key" not in page.url
    await look_at(paula, page, "verify")


async def replaces_it(paula: BrowserUser) -> None:
    page = await paula.open(f"/w/{SLUG}/licences")
    await page.get_by_role("link", name=NAME).click()
    await page.get_by_role("link", name="Replace the key").click()
    await look_at(paula, page, "rotate")
    await page.get_by_role("button", name="Replace the key").click()
    await expect(page.get_by_text("The licence has a new key.")).to_be_visible()


async def look_at(paula: BrowserUser, page: Page, name: str) -> None:
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await paula.browsers.check(page)
    await paula.picture(f"licences-{name}")
