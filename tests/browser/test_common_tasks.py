"""The commonest tasks: how often somebody presses something is what docs/usability.md says."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from deploy.demo.companies import ANA
from tests.browser.browsers import Browsers
from tests.browser.test_first_story import Somebody, told_otherwise

PRIYA = "priya@halcyon.example"


async def invite_a_colleague(priya: Somebody) -> None:
    page = priya.page
    await priya.press(page.locator(".side a[href$='/users']"))
    await priya.press(page.locator("main a[href$='/users/invite']"))
    await priya.write(page.locator("[name=display_name]"), "Noor Haddad")
    await priya.write(page.locator("[name=address]"), "noor@halcyon.example")
    await priya.submit()
    await expect(page.locator(".list")).to_contain_text("noor@halcyon.example")


async def download_an_invoice(priya: Somebody) -> None:
    page = priya.page
    await priya.press(page.locator("main a[href*='/billing/invoices/']").first)
    async with page.expect_download() as download:
        await priya.press(page.locator("main a[href$='/pdf']"))
    assert (await download.value).suggested_filename.endswith(".pdf")


async def change_who_gets_the_invoices(priya: Somebody) -> None:
    page = priya.page
    await priya.press(page.locator(".side a[href$='/billing']"))
    await priya.press(page.locator("main a[href$='/contacts/billing']"))
    await priya.write(page.locator("[name=display_name]"), "Accounts payable")
    await priya.submit()
    await expect(page.locator("main")).to_contain_text("Accounts payable")


async def rename_a_service(priya: Somebody) -> None:
    page = priya.page
    await priya.press(page.locator("main a[href*='/services/']").first)
    await priya.press(page.locator("main a[href$='/rename']"))
    await priya.write(page.locator("[name=display_name]"), "Records of the clinic")
    await priya.submit()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Records of the clinic")


async def find_who_did_what(priya: Somebody) -> None:
    page = priya.page
    await priya.press(page.locator(".side a[href$='/audit']"))
    await page.locator("select[name=action]").select_option("provisioning.order_placed")
    await expect(page).to_have_url(re.compile("action=provisioning.order_placed"))
    await expect(page.locator(".list")).to_contain_text("ordered")


async def work_for_a_customer(ana: Somebody) -> None:
    page = ana.page
    await ana.press(page.locator(".side a[href$='/customers']"))
    await ana.press(page.locator("[data-row=halcyon-health] form button"))
    await expect(page.locator(".behalf")).to_contain_text("Halcyon Health")
    await page.locator(".behalf button").click()  # another browser session works for one customer at a time, too


TASKS: dict[str, tuple[str, Callable[[Somebody], Awaitable[None]]]] = {
    "Invite a colleague": (PRIYA, invite_a_colleague),
    "Download an invoice": (PRIYA, download_an_invoice),
    "Change who gets the invoices": (PRIYA, change_who_gets_the_invoices),
    "Rename a service": (PRIYA, rename_a_service),
    "Find who did what": (PRIYA, find_who_did_what),
    "Work for a customer": (ANA.address, work_for_a_customer),
}


@pytest.mark.parametrize("task", TASKS)
async def test_a_task_takes_as_many_presses_as_we_say(browsers: Browsers, task: str) -> None:
    address, does = TASKS[task]
    somebody = Somebody(await browsers.open(address, locale="en-GB"))
    await somebody.page.goto("/")

    await does(somebody)

    assert told_otherwise({task: somebody.pressed}) == ""
