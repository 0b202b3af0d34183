"""A member asks for orders; an admin approves one and refuses another; the member withdraws a third. In Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from deploy.demo.companies import ASKS_FOR, MARA, WHY
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, SLUG = "priya@halcyon.example", "halcyon-health"


@pytest.mark.rule("D2", "K6", "K7")
async def test_a_member_asks_and_somebody_who_may_decides(open_browser: OpenBrowser) -> None:
    mara, priya = await open_browser(), await open_browser()
    await mara.sign_in(MARA.address)
    await priya.sign_in(PRIYA)

    await priya_refuses_what_waits(priya, mara)
    await mara_asks(mara, "Imaging uplink")
    await mara_asks(mara, "Imaging spare")
    await mara_withdraws(mara)
    await priya_approves(priya)
    await mara_sees_it_provisioned(mara)


async def priya_refuses_what_waits(priya: BrowserUser, mara: BrowserUser) -> None:
    """The order of the demo."""
    page = await priya.open(f"/w/{SLUG}/")
    await expect(page.get_by_text("1 order waits for approval.")).to_be_visible()
    await page.get_by_role("link", name="See what waits").click()
    await look_at(priya, page, "list")
    await page.get_by_role("link", name=re.compile("ORD-")).click()
    await expect(page.get_by_text(WHY)).to_be_visible()
    await look_at(priya, page, "waits")
    await page.get_by_role("link", name="Refuse").click()
    await look_at(priya, page, "refuse")
    refused_at = real_now()
    await page.get_by_label("Reason").fill("Please use the Amsterdam nodes first.")
    await page.get_by_role("button", name="Refuse the order").click()
    await expect(page.get_by_text("Nothing is ordered.")).to_be_visible()
    await look_at(priya, page, "refused")
    await mara.mailed(MARA.address, r"(Please use the Amsterdam nodes first)", refused_at)
    assert ASKS_FOR.name in await page.get_by_role("heading", level=1).inner_text()


async def mara_asks(mara: BrowserUser, name: str) -> None:
    asked_at = real_now()
    page = await mara.open(f"/w/{SLUG}/orders/new/port-1g")
    await page.get_by_label("Name of the service").fill(name)
    await page.get_by_role("button", name="Review the order").click()
    await page.get_by_label("Message").fill("For the imaging team.")
    await look_at(mara, page, "review")
    await page.get_by_role("button", name="Ask for approval").click()
    await expect(page.get_by_text("waits for approval. You get a mail.")).to_be_visible()
    await expect(page.get_by_role("button", name="Approve and order")).to_have_count(0)
    await look_at(mara, page, "asked")
    await mara.mailed(PRIYA, rf"({name})", asked_at)


async def mara_withdraws(mara: BrowserUser) -> None:
    page = mara.page
    await page.get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_text("This order was withdrawn. Nothing is ordered.")).to_be_visible()


async def priya_approves(priya: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/orders?state=awaiting_approval")
    row = page.get_by_role("row").filter(has_text="Imaging uplink")
    await row.get_by_role("link", name=re.compile("ORD-")).click()
    await page.get_by_role("button", name="Approve and order").click()
    await expect(page.get_by_text("is approved and placed.")).to_be_visible()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", timeout=30_000)


async def mara_sees_it_provisioned(mara: BrowserUser) -> None:
    page = await mara.open(f"/w/{SLUG}/services?q=imaging")
    await expect(page.get_by_role("row").filter(has_text="Imaging uplink")).to_contain_text("Active")
    page = await mara.open(f"/w/{SLUG}/audit")
    await expect(page.get_by_text("asked for Imaging uplink")).to_be_visible()


async def look_at(person: BrowserUser, page: Page, name: str) -> None:
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(page)
    await person.picture(f"asking-for-an-order-{name}")
