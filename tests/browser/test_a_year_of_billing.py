"""A customer's bookkeeper lives through months of billing in Chromium, while business time moves: orders, proration,
auto-pay, a declined card, a debit that the bank takes back, a part payment, and credit."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from deploy.demo.companies import ANA
from deploy.waiting import eventually
from tests.browser.browser_user import CODE, BrowserUser, OpenBrowser
from tests.flows.steps import order_body
from tests.harness.installation import Installation, real_now

SLUG, PRIYA, BEA = "halcyon-health", "priya@halcyon.example", "bea@books.example"
NODE = {"hostname": "archive-1", "location": "ams", "cpu_cores": 16, "memory_gb": 64, "storage_tb": 4}
PATIENCE_SECONDS = 120
CARD, EMPTY_CARD, DEBIT = "Company card", "Old card", "House bank"


@dataclass
class Year:
    """The bookkeeper, and what she sees."""

    installed: Installation
    bea: BrowserUser
    priya: Any

    @property
    def page(self) -> Page:
        return self.bea.page

    async def passes(self, days: float) -> None:
        self.installed.advance(days)

    async def invoices(self, status: str = "") -> list[dict[str, Any]]:
        """The newest first."""
        wanted = {"status": status} if status else {}
        found: list[dict[str, Any]] = (await self.priya.get("/api/billing/invoices", **wanted))["items"]
        return found

    async def until_issued(self, after: list[dict[str, Any]]) -> dict[str, Any]:
        """The next invoice; days pass until there is one."""
        known = {each["id"] for each in after}

        async def issued() -> list[dict[str, Any]]:
            return [each for each in await self.invoices() if each["id"] not in known]

        for _ in range(35):
            if found := await issued():
                return found[-1]
            await self.passes(1)
            await self.billed()
        [found_late, *_] = await eventually(issued, seconds=PATIENCE_SECONDS)
        return found_late

    async def billed(self) -> None:
        """The billing run has reached today."""

        async def nothing_due() -> bool:
            async with self.installed.database("billing") as database:
                due = "SELECT count(*) FROM bill_groups WHERE next_billing_on <= $1"
                return not await database.fetchval(due, self.installed.now().date())

        await eventually(nothing_due, seconds=PATIENCE_SECONDS)

    async def billed_services(self) -> int:
        """How many services are billed."""
        return len((await self.priya.get("/api/billing/subscriptions", status="active"))["items"])

    async def until(self, invoice: dict[str, Any], status: str, *, tried: int | None = None) -> dict[str, Any]:
        """Wait for the status of an invoice, and for so many attempts to pay it."""

        async def reached() -> dict[str, Any] | None:
            found: dict[str, Any] = await self.priya.get(f"/api/billing/invoices/{invoice['id']}")
            settled = [state for state in await self.states(invoice) if state not in ("created", "requires_action")]
            return found if found["status"] == status and tried in (None, len(settled)) else None

        return await eventually(reached, seconds=PATIENCE_SECONDS)

    async def states(self, invoice: dict[str, Any]) -> list[str]:
        """Of the attempts to pay an invoice, the newest first."""
        return [
            each["state"] for each in (await self.priya.get("/api/billing/payments", invoice_id=invoice["id"]))["items"]
        ]

    async def until_received(self, invoice: dict[str, Any], payments: int) -> None:
        async def reached() -> bool:
            return (await self.states(invoice)).count("succeeded") == payments

        await eventually(reached, seconds=PATIENCE_SECONDS)

    async def opens(self, invoice: dict[str, Any]) -> Page:
        return await self.bea.open(f"/w/{SLUG}/billing/invoices/{invoice['id']}")

    async def opens_methods(self) -> Page:
        page = await self.bea.open(f"/w/{SLUG}/billing")
        await page.get_by_role("link", name="Payment methods").click()
        return page

    async def saves(self, kind: str, label: str, outcome: str) -> None:
        page = await self.opens_methods()
        await page.get_by_label("Kind").select_option(label=kind)
        await page.get_by_label("What you call it").fill(label)
        await page.get_by_role("button", name="Continue to the payment provider").click()
        await page.get_by_label("Each time that it is charged").select_option(label=outcome)
        await page.get_by_role("button", name="Save").click()
        await expect(method(page, label)).to_be_visible()

    async def charges(self, label: str) -> None:
        """Make a saved method the default one."""
        page = await self.opens_methods()
        await method(page, label).get_by_role("button", name=re.compile("Make default")).click()
        await expect(method(page, label)).to_contain_text("Default: this one is charged.")


def method(page: Page, label: str) -> Locator:
    return page.locator("ul.items > li").filter(has_text=label)


def attempts(page: Page) -> Locator:
    return page.locator("#state ul.items > li")


def status(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="Status of this invoice")


@pytest.fixture
async def year(installed: Installation, open_browser: OpenBrowser) -> Year:
    return Year(installed, await open_browser(), await installed.signed_in(PRIYA))


@pytest.mark.last
@pytest.mark.rule("O1", "O3", "O4", "O7", "O14", "O15", "O18", "O24", "O25", "K3", "K13", "I6", "I8", "L15")
@pytest.mark.timeout(900)
async def test_a_bookkeeper_lives_a_year(year: Year) -> None:
    await is_let_in(year)
    await puts_the_data_right(year)
    await pays_by_itself(year)
    await has_a_declined_card(year)
    await has_a_debit_that_comes_back(year)
    await pays_twice_and_has_credit(year)
    await year.installed.portico("verify")


async def is_let_in(year: Year) -> None:
    """Ana, who sells to Halcyon, lets the bookkeeper into its bill group; she signs in by the link."""
    ana = await year.installed.signed_in(ANA.address)
    workspace_id = (await year.priya.get("/api/identity/workspaces/current"))["id"]
    [group] = await year.priya.get("/api/billing/bill-groups")
    portal = f"/{workspace_id}/{group['id']}"
    await ana.post(f"/api/identity/access-rules{portal}", {"kind": "address", "value": BEA})
    link = (await ana.get(f"/api/identity/portals{portal}"))["link"]

    page, asked_at = year.page, real_now()
    await page.goto(link)
    await page.get_by_label("E-mail address").fill(BEA)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("6-digit code").fill(await year.bea.mailed(BEA, CODE, asked_at))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(re.compile(f"/w/{SLUG}/billing"))


async def puts_the_data_right(year: Year) -> None:
    page = year.page
    await page.locator("section", has=page.locator("#details")).get_by_role("link", name="Change").first.click()
    await page.get_by_label("PO number").fill("PO-2027-4")
    await page.get_by_label("VAT number").fill("NL004495445B01")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("PO-2027-4")).to_be_visible()
    await expect(page.get_by_text("Form and check digits are right")).to_be_visible()


async def pays_by_itself(year: Year) -> None:
    """A service that was ordered in the middle of a month is billed for the rest of it, and charged on the due date."""
    page = year.page
    await year.saves("Card", CARD, "Received at once")

    await page.get_by_role("button", name="Switch auto-pay on").click()
    await expect(page.get_by_role("button", name="Switch auto-pay off")).to_be_visible()
    await year.passes(4)
    await year.billed()
    [group] = await year.priya.get("/api/billing/bill-groups")
    if date.fromisoformat(group["next_billing_on"]).day == year.installed.now().day:
        await year.passes(1)
    before = await year.invoices()
    billed = await year.billed_services()
    await year.priya.post("/api/provisioning/orders", await order_body(year.priya, "compute-node", NODE))

    async def begun() -> bool:
        return await year.billed_services() > billed

    await eventually(begun, seconds=PATIENCE_SECONDS)
    invoice = await year.until_issued(before)

    page = await year.opens(invoice)
    await expect(page.get_by_text("PO-2027-4")).to_be_visible()
    await expect(page.get_by_text(re.compile(r"\d+ of \d+ days")).first).to_be_visible()
    await year.passes(14.1)
    await year.until(invoice, "paid")
    await expect(status(page)).to_have_text("Status of this invoice: Paid")
    await expect(attempts(page).first).to_contain_text("Auto-pay")
    await year.bea.picture("year-paid-by-itself")


async def has_a_declined_card(year: Year) -> None:
    """The next card has no money behind it: she is told, puts the first card back, and the retry pays."""
    before = await year.invoices()
    await year.saves("Card", EMPTY_CARD, "Declined: not enough money")
    await year.charges(EMPTY_CARD)
    invoice = await year.until_issued(before)
    await year.passes(14.1)
    await year.until(invoice, "open", tried=1)
    page = await year.opens(invoice)
    await expect(attempts(page).first).to_contain_text("Declined")
    await expect(page.locator("#state").get_by_role("alert")).to_contain_text("There was not enough money")
    await year.bea.picture("year-declined")

    await year.charges(CARD)
    await year.passes(2.1)
    await year.until(invoice, "paid")
    await expect(attempts(await year.opens(invoice))).to_have_count(2)


async def has_a_debit_that_comes_back(year: Year) -> None:
    """A direct debit is processed, received, and taken back by the bank: the invoice is open again. She pays a part of
    it, and then the rest."""
    before = await year.invoices()
    await year.saves("SEPA direct debit", DEBIT, "Received after three days, returned by the bank after eight")
    await year.charges(DEBIT)
    invoice = await year.until_issued(before)
    await year.passes(14.1)
    await year.until(invoice, "open", tried=1)
    page = await year.opens(invoice)
    await expect(attempts(page).first).to_contain_text("Being processed")
    await year.passes(3)
    await year.until(invoice, "paid")
    await expect(status(page)).to_have_text("Status of this invoice: Paid")
    await year.passes(5)
    await year.until(invoice, "open")
    page = await year.opens(invoice)
    await expect(attempts(page).first).to_contain_text("Returned by the bank")
    await year.bea.picture("year-taken-back")

    await year.charges(CARD)
    await page.goto(f"/w/{SLUG}/billing/invoices/{invoice['id']}")
    await page.get_by_text("Pay a part of it").click()
    await page.get_by_label("Amount in EUR").fill("100.00")
    await page.get_by_role("button", name="Pay this amount").click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.locator("#state dl")).to_contain_text("€100.00")
    await expect(status(page)).to_have_text("Status of this invoice: Overdue")
    await expect(attempts(page).first).to_contain_text("€100.00")
    await year.bea.picture("year-part")
    await page.get_by_role("button", name=re.compile("^Pay €")).click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(status(page)).to_have_text("Status of this invoice: Paid")


async def pays_twice_and_has_credit(year: Year) -> None:
    """A payment that was declined comes after all, when the invoice is paid: it is credit, and pays the next one."""
    page = await year.opens_methods()
    await page.get_by_role("button", name="Switch auto-pay off").click()
    await expect(page.get_by_role("button", name="Switch auto-pay on")).to_be_visible()
    before = await year.invoices()
    invoice = await year.until_issued(before)
    page = await year.opens(invoice)
    await page.get_by_role("button", name=re.compile("^Pay €")).click()
    await page.get_by_label("Outcome").select_option(label="Declined, received after a day")
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(attempts(page).first).to_contain_text("Declined")
    await page.get_by_role("button", name=re.compile("^Pay €")).click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(status(page)).to_have_text("Status of this invoice: Paid")
    await year.passes(1)
    await year.until_received(invoice, 2)
    page = await year.opens(invoice)
    await expect(page.locator("#state")).to_contain_text("More than one payment was received.")
    await year.bea.picture("year-two-payments")

    page = await year.bea.open(f"/w/{SLUG}/billing")
    await expect(page.get_by_role("heading", name="Credit", exact=True)).to_be_visible()
    await year.bea.picture("year-credit")
    following = await year.until_issued([*before, invoice])
    await year.until(following, "paid", tried=0)
    await expect(status(await year.opens(following))).to_have_text("Status of this invoice: Paid")
