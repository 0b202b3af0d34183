"""A customer's admin pays an invoice in Chromium: declined first, then in a way that takes days, then received."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from deploy.demo.companies import ANA
from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.browser.browsers import Browsers
from tests.flows.steps import CUSTOMERS, order_body
from tests.harness.installation import Installation, real_now

NAME, JONAS = "Elbe Pilots", "jonas@elbe-pilots.example"
NODE = {"hostname": "tide-1", "location": "ams", "cpu_cores": 16, "memory_gb": 64, "storage_tb": 4}
"""It is billed as soon as it is provisioned."""
INVOICES = "/api/billing/invoices"


async def invoiced(installed: Installation) -> dict[str, Any]:
    """The open invoice of a new customer, whose admin is Jonas."""
    ana, jonas = await installed.signed_in(ANA.address), installed.user(JONAS)
    made = await ana.post(CUSTOMERS, {"display_name": NAME})
    await ana.put(f"{CUSTOMERS}/{made['id']}/contact", {"address": JONAS, "display_name": "Jonas Weber"})
    invited_at = real_now()
    await ana.post(f"{CUSTOMERS}/{made['id']}/invite", {"role": "admin"})
    await jonas.accept_invitation(invited_at)
    await jonas.post("/api/provisioning/orders", await order_body(jonas, "compute-node", NODE))

    async def issued() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await jonas.get(INVOICES))["items"]
        return found

    [invoice] = await eventually(issued, seconds=PATIENCE_SECONDS)
    return invoice


@pytest.mark.rule("L15", "I8", "K4", "O27", "K14", "D23")
@pytest.mark.timeout(300)
async def test_a_declined_payment_is_tried_again_and_received_days_later(
    browsers: Browsers, open_browser: OpenBrowser
) -> None:
    invoice = await invoiced(browsers.installed)
    jonas = await open_browser()
    await jonas.sign_in(JONAS)
    await jonas.page.get_by_role("link", name="Billing", exact=True).click()
    await jonas.page.get_by_role("link", name=invoice["number"]).first.click()
    await expect(state_of(jonas.page)).to_have_text("Status of this invoice: Open")

    await stays_where_he_is_when_the_page_updates_itself(jonas.page)
    await types_while_something_happens(browsers.installed, jonas.page, invoice["id"])
    await is_declined(browsers, jonas)
    payment_page = await pays_by_direct_debit(browsers, jonas)
    await is_received(browsers, jonas, payment_page)
    await reads_who_began_what(jonas.page)
    await is_told(browsers.installed, invoice["number"])


def state_of(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="Status of this invoice")


def attempts_of(page: Page) -> Locator:
    """The attempts to pay, the newest first."""
    return page.locator("#state ul.items > li")


async def look_at(browsers: Browsers, jonas: BrowserUser, name: str) -> None:
    for width in (390, 1280):
        await jonas.page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(jonas.page)
    await jonas.picture(f"paying-{name}")


async def stays_where_he_is_when_the_page_updates_itself(page: Page) -> None:
    """It does as soon as it is open. Whoever has reached a button with the Tab key is still there afterwards."""
    await page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => document.querySelector('#state .btn-primary')?.focus());
        document.addEventListener('htmx:after:swap', () => (document.documentElement.dataset.swapped = 'true'));"""
    )
    await page.reload()

    await expect(page.locator("html")).to_have_attribute("data-swapped", "true")
    await expect(page.get_by_role("button", name=re.compile("^Pay €"))).to_be_focused()


async def types_while_something_happens(installed: Installation, page: Page, invoice_id: str) -> None:
    """The page updates itself when an attempt to pay begins elsewhere, and leaves what Jonas is typing alone."""
    await page.get_by_text("Pay a part of it").click()
    await page.get_by_label("Amount in EUR").fill("12.50")
    key = page.locator("#state input[name=idempotency_key]").first
    before = await key.input_value()

    elsewhere = {"invoices": [{"invoice_id": invoice_id}], "return_url": str(installed.site.http.base_url)}
    await (await installed.signed_in(JONAS)).post("/api/billing/payments", elsewhere)

    await expect(key).not_to_have_value(before)
    await expect(page.get_by_label("Amount in EUR")).to_have_value("12.50")
    await expect(page.get_by_label("Amount in EUR")).to_be_focused()


async def is_declined(browsers: Browsers, jonas: BrowserUser) -> None:
    """Jonas reads why, and what he can do about it."""
    page = jonas.page
    await page.get_by_role("button", name=re.compile("^Pay €")).click()
    await page.get_by_label("Reason to decline").select_option(label="Not enough money")
    await page.get_by_role("button", name="Decline").click()

    await expect(page.locator("#state").get_by_role("alert")).to_have_text(
        "The payment was not received. There was not enough money on the account. Use another card or account."
    )
    await expect(state_of(page)).to_have_text("Status of this invoice: Open")
    await expect(attempts_of(page)).to_have_count(1)
    await expect(attempts_of(page).first).to_contain_text("Declined")
    await look_at(browsers, jonas, "declined")


async def pays_by_direct_debit(browsers: Browsers, jonas: BrowserUser) -> str:
    """Returns the path of the payment page. While the outcome is open, nobody is asked to pay again."""
    page = jonas.page
    await page.get_by_role("button", name=re.compile("^Pay €")).click()
    await page.get_by_role("radio", name="Direct debit").check()
    await page.get_by_label("Outcome").select_option(label="Processed, received after three days")
    payment_page = page.url[page.url.index("/api/") :]
    await page.get_by_role("button", name="Pay", exact=True).click()

    await expect(page.locator("#state .notice")).to_have_text(
        re.compile(r"The payment is being processed\. This page updates itself, and a mail follows")
    )
    await expect(page.get_by_role("button", name=re.compile("^Pay"))).to_have_count(0)
    await expect(attempts_of(page).first).to_contain_text("Direct debit")
    await expect(attempts_of(page).first).to_contain_text("Being processed")
    await look_at(browsers, jonas, "processing")
    return payment_page


async def is_received(browsers: Browsers, jonas: BrowserUser, payment_page: str) -> None:
    """The gateway tells at last that the money came: the page, left open, says so by itself."""
    page, site = jonas.page, browsers.installed.site.http
    told = await site.post(
        f"{payment_page}/pay", data={"method": "direct_debit"}, headers={"Origin": str(site.base_url)}
    )
    assert told.status_code == 303

    await expect(state_of(page)).to_have_text("Status of this invoice: Paid")
    await expect(page.locator("#state .notice.ok")).to_have_text(
        re.compile(r"The payment was received\. €[\d,.]+, Direct debit\.")
    )
    await expect(attempts_of(page)).to_have_count(2)
    for attempt, said in (("Direct debit", "Received"), ("There was not enough money on the account.", "Declined")):
        row = attempts_of(page).filter(has_text=attempt)
        await expect(row).to_contain_text(said)
        await expect(row).to_contain_text(JONAS)
    await look_at(browsers, jonas, "paid")


async def reads_who_began_what(page: Page) -> None:
    """The log tells both attempts and both outcomes, and that they follow from what Jonas did."""
    await page.get_by_role("link", name="Audit log", exact=True).click()
    log, rows = page.url, page.locator("table.list tbody tr")
    for action, said in (
        ("payment_started", ["began to pay invoice", "began to pay invoice"]),
        ("payment_failed", ["failed"]),
        ("payment_succeeded", ["was received"]),
    ):
        await page.goto(f"{log}?action=billing.{action}")
        await expect(rows).to_have_count(len(said))
        for row, words in zip(await rows.all(), said, strict=True):
            await expect(row.locator(".sentence")).to_contain_text(words)
            await expect(row).to_contain_text(JONAS)


async def is_told(installed: Installation, number: str) -> None:
    """One mail about the failure, and one receipt with the invoice."""
    await installed.site.mail_to(JONAS, "(There was not enough money in the account)", real_now().replace(year=2020))

    async def receipts() -> list[dict[str, Any]]:
        return [mail for mail in await installed.mails(JONAS) if mail["subject"] == f"Invoice {number} is paid"]

    [receipt] = await eventually(receipts, seconds=PATIENCE_SECONDS)
    assert receipt["attachments"] == [f"{number}.pdf"]
    assert "Direct debit" in receipt["text"]
