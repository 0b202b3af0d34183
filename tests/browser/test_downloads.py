"""The provider's staff publish a release, and a customer downloads it and resumes. In Chromium."""

import hashlib
import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import FilePayload, Page, expect

from deploy.demo.companies import ROBIN
from tests.browser.browser_user import BrowserUser, OpenBrowser

PRIYA, HOME = "priya@halcyon.example", "/w/halcyon-health"
NAME, CONTENT = "gateway-2026.4.img", bytes(range(256)) * 12_000


@pytest.mark.rule("I4", "I10", "I22")
async def test_a_release_is_published_and_downloaded(open_browser: OpenBrowser) -> None:
    priya, robin = await open_browser(), await open_browser()
    await priya.sign_in(PRIYA)
    await robin.sign_in(ROBIN.address)

    await robin_publishes(robin)
    await priya_downloads(priya)
    await robin_sees_how_often(robin)


async def robin_publishes(robin: BrowserUser) -> None:
    page = await robin.open("/provider/larkspur/products/edge-gateway")
    await page.get_by_role("link", name="Releases").click()
    await look_at(robin, page, "releases")
    await page.get_by_role("link", name="New release").click()
    await page.get_by_label("Version").fill("2026.4")
    await page.get_by_label("What is new").fill("Starts faster.\nUses less power.")
    await look_at(robin, page, "new-release")
    await page.get_by_role("button", name="Save the draft").click()
    file = FilePayload(name=NAME, mimeType="application/octet-stream", buffer=CONTENT)
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Upload", exact=True).click()
    await expect(page.get_by_text(hashlib.sha256(CONTENT).hexdigest())).to_be_visible()
    await look_at(robin, page, "draft")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("The release is published.")).to_be_visible()


async def priya_downloads(priya: BrowserUser) -> None:
    page = await priya.open(f"{HOME}/")
    await page.get_by_role("link", name="Downloads").first.click()
    await page.get_by_role("link", name="Edge gateway", exact=True).click()
    await look_at(priya, page, "customer")
    links = list[str]()
    page.on("request", lambda request: links.append(request.url))
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=f"Download {NAME}").click()
    download = await downloading.value
    assert download.suggested_filename == NAME
    assert Path(await download.path()).read_bytes() == CONTENT
    [link] = [url for url in links if "/api/provisioning/downloads/" in url]
    async with httpx.AsyncClient() as program:
        rest = await program.get(link, headers={"range": "bytes=3000000-"})
    assert (rest.status_code, rest.content) == (206, CONTENT[3_000_000:])


async def robin_sees_how_often(robin: BrowserUser) -> None:
    page = await robin.open("/provider/larkspur/products/edge-gateway/releases")
    await expect(page.get_by_role("listitem").filter(has_text="2026.4")).to_contain_text(re.compile("1 download"))


async def look_at(person: BrowserUser, page: Page, name: str) -> None:
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(page)
    await person.picture(f"downloads-{name}")
