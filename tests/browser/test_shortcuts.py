"""Keys of one letter lead to pages and to the search. Where somebody types they are letters, and they can be switched
off (WCAG 2.1.4)."""

from playwright.async_api import expect

from tests.browser.browsers import Browsers

ELENA = "elena@brightwater.example"


async def test_keys_lead_to_pages_and_the_search_until_they_are_switched_off(browsers: Browsers) -> None:
    page = await browsers.open(ELENA)
    await page.goto("/w/brightwater-media/")
    heading = page.get_by_role("heading", level=1)

    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(keys).to_be_visible()
    await browsers.check(page)
    await page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await expect(heading).to_have_text("Services")
    await page.keyboard.press("/")
    search, hint = page.get_by_role("searchbox"), page.locator(".search kbd")
    await expect(search).to_be_focused()
    await page.keyboard.type("g?u/")
    await expect(search).to_have_value("g?u/")
    await expect(heading).to_have_text("Services")

    await page.goto("/w/brightwater-media/services")
    await expect(hint).to_be_visible()
    await page.goto("/me")
    await page.get_by_role("switch", name="Keyboard shortcuts").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Your settings are saved.")).to_be_visible()
    await page.goto("/w/brightwater-media/services")
    await expect(hint).to_be_hidden()
    await page.keyboard.press("?")
    await page.keyboard.press("/")

    await expect(keys).to_have_count(0)
    await expect(page.get_by_role("searchbox")).not_to_be_focused()
    await page.goto("/me")
    await page.get_by_role("switch", name="Keyboard shortcuts").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Your settings are saved.")).to_be_visible()
