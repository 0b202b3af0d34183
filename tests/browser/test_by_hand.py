"""A clinic asks for an asset, the provider's staff plan and deliver it with a photo, and it is moved. In Chromium."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from deploy.demo.companies import ROBIN
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, NAME = "priya@halcyon.example", "Gateway of the ward"
HOME = "/w/halcyon-health"


@pytest.mark.rule("L1", "L13", "L14")
async def test_an_asset_is_asked_for_planned_delivered_and_moved(open_browser: OpenBrowser) -> None:
    priya, robin = await open_browser(), await open_browser()
    await priya.sign_in(PRIYA)
    await robin.sign_in(ROBIN.address)

    await priya_asks(priya)
    await robin_plans(robin, priya)
    await robin_delivers(robin, priya)
    await priya_sees_it(priya)
    await priya_has_it_moved(priya)


async def priya_asks(priya: BrowserUser) -> None:
    page = await priya.open(f"{HOME}/locations")
    await page.get_by_role("link", name="Rotterdam clinic").first.click()
    await page.get_by_role("link", name="Order for here").click()
    await page.get_by_role("link", name=re.compile("Edge gateway")).click()
    await expect(page.get_by_label("Deployed at")).to_have_value(re.compile(r"[0-9a-f-]{36}"))
    await page.get_by_label("Wanted for").fill(day(9))
    await page.get_by_label("Wish").fill("The lift is at the back.")
    await page.get_by_label("Name of the service").fill(NAME)
    await look_at(priya, page, "form")
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.get_by_text("The lift is at the back.")).to_be_visible()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.get_by_text("plans when this is done.")).to_be_visible()


async def robin_plans(robin: BrowserUser, priya: BrowserUser) -> None:
    page = await task(robin, NAME)
    await expect(page.get_by_text("The lift is at the back.")).to_be_visible()
    planned_at = real_now()
    await page.get_by_label("Planned for").fill(day(7))
    await page.get_by_label("Note").fill("Between 9 and 12.")
    await page.get_by_role("button", name="Plan it").click()
    await expect(page.get_by_text("Its customer is told so.")).to_be_visible()
    await look_at(robin, page, "task")
    await priya.mailed(PRIYA, r"(Between 9 and 12)", planned_at)


async def robin_delivers(robin: BrowserUser, priya: BrowserUser) -> None:
    page, done_at = robin.page, real_now()
    await page.get_by_label("Serial numbers").fill("LKG-90001")
    await page.get_by_label("Condition").select_option("new")
    await page.get_by_role("button", name="It is done").click()
    await expect(page.get_by_text("It is done. Its order goes on.")).to_be_visible()
    await page.locator("input[type=file]").set_input_files(photo())
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_role("img", name=f"Photo of {NAME}")).to_be_visible()
    await look_at(robin, page, "delivered")
    await priya.mailed(PRIYA, rf"({NAME} is delivered)", done_at)


async def priya_sees_it(priya: BrowserUser) -> None:
    page = await priya.open(f"{HOME}/services?q=LKG-90001")
    await page.get_by_role("link", name=NAME).click()
    await expect(page.get_by_text("LKG-90001", exact=True)).to_be_visible()
    await expect(page.get_by_role("img", name=f"Photo of {NAME}")).to_be_visible()
    await look_at(priya, page, "service")


async def priya_has_it_moved(priya: BrowserUser) -> None:
    page = priya.page
    await page.get_by_role("link", name="Move", exact=True).click()
    await page.get_by_label("To", exact=True).select_option(label="Utrecht clinic, Utrecht")
    await look_at(priya, page, "move")
    await page.get_by_role("button", name="Order the move").click()
    await expect(page.get_by_text("Moved from")).to_be_visible()


async def task(robin: BrowserUser, name: str) -> Page:
    page = await robin.open("/w/larkspur/manual-tasks")
    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page


def day(ahead: int) -> str:
    return (datetime.now(UTC).date() + timedelta(ahead)).isoformat()


def photo() -> FilePayload:
    file = io.BytesIO()
    Image.effect_noise((800, 600), 60).convert("RGB").save(file, "PNG")
    return {"name": "gateway.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def look_at(person: BrowserUser, page: Page, name: str) -> None:
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(page)
    await person.picture(f"by-hand-{name}")
