"""Somebody downloads all that is kept of them and of their company, has the account closed, and keeps it, in
Chromium."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import OpenBrowser
from tests.harness.installation import real_now

PRIYA = "priya@halcyon.example"


async def downloaded(page: Page, role: str, name: str) -> ZipFile:
    async with page.expect_download() as coming:
        await page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
    return ZipFile(Path(await (await coming.value).path()))


@pytest.mark.rule("D27")
async def test_a_holder_takes_everything_along_and_then_stays(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)

    page = await priya.open("/me/data")
    own = await downloaded(page, "button", "Download my data")
    assert own.testzip() is None
    assert [each["address"] for each in json.loads(own.read("identity/users.json"))] == [PRIYA]

    page = await priya.open("/w/halcyon-health/settings")
    await page.get_by_role("link", name="Data", exact=True).click()
    await page.get_by_role("button", name="Prepare the archive").click()
    await expect(page.get_by_role("link", name="Download", exact=True)).to_be_visible()
    await priya.picture("archive")
    await priya.browsers.check(page)
    archive = await downloaded(page, "link", "Download")
    assert archive.testzip() is None
    services = archive.read("provisioning/services.jsonl").splitlines()
    assert len(services) > 1
    assert "All data of Halcyon Health" in archive.read("README.txt").decode()
    invoices = [json.loads(line) for line in archive.read("billing/invoices.jsonl").splitlines()]
    assert {f"billing/invoices/{each['number']}.pdf" for each in invoices} <= set(archive.namelist())

    await page.get_by_role("link", name="Close the account", exact=True).click()
    await priya.picture("closing")
    found = re.search(r"with the number (\S+)\.", await page.locator("main").inner_text())
    assert found is not None
    await page.get_by_label("The account number, to confirm it").fill(found[1])
    asked_at = real_now()
    await page.get_by_role("button", name="Close the account").click()
    await expect(page.get_by_text("The account will be closed in 30 days.")).to_be_visible()
    await priya.mailed(PRIYA, "(will be closed)", asked_at)
    await priya.open("/w/halcyon-health/orders/new")
    await expect(page.get_by_text("Until then nothing can be ordered, extended or renewed.")).to_be_visible()
    await priya.browsers.check(page)
    await priya.picture("while-it-is-being-closed")
    await page.get_by_role("link", name="Read what it means, or keep the account").click()
    await page.get_by_role("button", name="Keep the account").click()
    await expect(page.get_by_text("The account stays.")).to_be_visible()
