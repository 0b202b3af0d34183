"""Somebody with two accounts sees both on one page, and a customer downloads a contract, in Chromium."""

import pytest
from playwright.async_api import expect

from tests.browser.browser_user import OpenBrowser

MEI, PRIYA, ROBIN = "mei@tiller.example", "priya@halcyon.example", "robin@larkspur.example"


@pytest.mark.rule("I1", "I8")
async def test_who_has_two_accounts_sees_what_both_need_and_goes_there(open_browser: OpenBrowser) -> None:
    mei = await open_browser()
    await mei.sign_in(MEI)
    page = await mei.open("/w/tiller-robotics/")

    await page.locator("summary", has_text="Your menu").click()
    await page.get_by_role("link", name="All accounts").click()
    await mei.browsers.check(page)

    await expect(page.get_by_role("heading", level=2, name="Alder Foundry")).to_be_visible()
    await expect(page.get_by_role("heading", level=2, name="Tiller Robotics")).to_be_visible()
    alder = page.get_by_role("region", name="Alder Foundry")
    await alder.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Alder Foundry")


@pytest.mark.rule("I1", "P20")
async def test_a_contract_that_staff_add_is_downloaded_by_the_customer(open_browser: OpenBrowser) -> None:
    robin, priya = await open_browser(), await open_browser()
    await robin.sign_in(ROBIN)
    page = await robin.open("/provider/larkspur/customers?q=Alder")
    await page.get_by_role("link", name="Account of").first.click()
    await page.get_by_role("link", name="Documents").click()
    await page.get_by_label("Title").fill("Order form, signed")
    await page.get_by_label("File").set_input_files(
        {"name": "order.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    await page.get_by_role("button", name="Add document").click()
    await expect(page.get_by_role("row", name="Order form, signed")).to_be_visible()
    await robin.browsers.check(page)

    await priya.sign_in(PRIYA)
    page = await priya.open("/w/halcyon-health/billing")
    await page.get_by_role("link", name="Documents").click()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download Master services agreement 2026").click()
    download = await downloading.value

    assert download.suggested_filename == "Master services agreement 2026.pdf"
