"""A provider's admin gives the portal its looks; customers see them everywhere. Awkward colours stay readable."""

import io
import re
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from deploy.demo import companies
from tests.browser.browsers import Browsers

AWKWARD = ("#ffbf00", "#ffff00", "#0a0a0a")
"""Amber, yellow, nearly black."""


def drawn() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 90), "#0a6b50").save(file, "JPEG")
    return file.getvalue()


async def open_branding(browsers: Browsers) -> Page:
    page = await browsers.open(companies.ROBIN.address)
    await page.goto("/")
    await page.get_by_role("link", name="Branding", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Branding")
    return page


@pytest.fixture
async def branding(browsers: Browsers) -> AsyncIterator[Page]:
    """The page, whose changes are taken back afterwards: other tests look at the same installation."""
    page = await open_branding(browsers)
    where = page.url
    yield page
    await page.goto(where)
    if await page.get_by_role("button", name="Remove the logo").count():
        await page.get_by_role("button", name="Remove the logo").click()
    for name in ("color", "imprint_url"):
        await page.locator(f"#{name}").fill("")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The branding is saved.")).to_be_visible()


async def shown_logo(page: Page) -> tuple[int, int]:
    image = page.locator("img.logo-image:visible").first
    await image.scroll_into_view_if_needed()
    await expect(image).to_have_js_property("complete", True)
    found = await image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    return found[0], found[1]


@pytest.mark.rule("O10")
async def test_a_logo_is_seen_on_pages_on_the_sign_in_page_and_in_mails(browsers: Browsers, branding: Page) -> None:
    page = branding
    await page.locator("#logo").set_input_files({"name": "logo.jpg", "mimeType": "image/jpeg", "buffer": drawn()})
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_text("The logo is saved.")).to_be_visible()
    await page.locator("#imprint_url").fill("https://larkspur.example/imprint")
    await page.locator("#color").fill("#0a6b50")
    samples = page.locator("#samples link")
    await page.locator("#sender_name").click()
    await expect(samples).to_have_attribute("href", "/brand-sample.css?v=0a6b50")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The branding is saved.")).to_be_visible()
    assert await shown_logo(page) == (300, 90)
    await browsers.check(page)
    await browsers.picture(page, "provider-branding")

    stranger = await browsers.open()
    for _ in range(20):  # until the event has come
        await stranger.goto("/sign-in")
        if await stranger.locator("img.logo-image").count():
            break
        await stranger.wait_for_timeout(500)
    assert await shown_logo(stranger) == (300, 90)
    imprint = stranger.get_by_role("link", name="Imprint")
    await expect(imprint).to_have_attribute("href", "https://larkspur.example/imprint")
    await browsers.picture(stranger, "sign-in-with-logo")

    await page.get_by_role("link", name="Mails", exact=True).click()
    await page.get_by_role("link", name="New invoice", exact=True).click()
    await expect(page.frame_locator("iframe").locator("img")).to_have_attribute("src", re.compile("^data:image/png"))


@pytest.mark.rule("O10")
@pytest.mark.parametrize("color", AWKWARD)
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_awkward_colours_are_readable(browsers: Browsers, branding: Page, color: str, theme: str) -> None:
    page = branding
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await page.locator("#color").fill(color)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The branding is saved.")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)

    await browsers.check(page)
    await browsers.picture(page, f"branding-{color[1:]}-{theme}")
    await page.goto("/")
    await browsers.check(page)
