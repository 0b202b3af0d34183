"""A person chooses a language, formats and a time zone, and sees what they look like before they save."""

import pytest
from playwright.async_api import expect

from tests.browser.browsers import Browsers

INGRID = "ingrid@fjord.example"


@pytest.mark.rule("K11", "D28")
async def test_the_preview_follows_what_is_selected_and_pages_what_is_saved(browsers: Browsers) -> None:
    page = await browsers.open(INGRID)
    await page.goto("/")

    await page.locator("summary", has_text="Your menu").click()
    await page.get_by_role("link", name="Your settings").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your settings")
    examples = page.locator("#examples")
    await expect(examples).to_contain_text("1,234,567")
    await browsers.check(page)
    await browsers.picture(page, "settings")
    await page.get_by_label("Language and formats").select_option("de-DE")
    await expect(examples).to_contain_text("1.234.567")
    await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    await expect(examples).to_contain_text("09:00")
    await expect(page.locator("html")).to_have_attribute("lang", "en-US")
    await page.get_by_role("button", name="Save").click()

    await expect(page.locator("html")).to_have_attribute("lang", "de-DE")
    await browsers.check(page)
    await page.goto("/w/fjord-analytics/settings")
    await browsers.check(page)
    await page.set_viewport_size({"width": 320, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
