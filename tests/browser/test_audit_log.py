"""The audit log in Chromium: every filter finds something, and what is told leads somewhere."""

import re

import pytest
from playwright.async_api import Page, expect

from deploy.demo import companies
from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.faults.orders import PATIENCE_SECONDS, PAUSE_SECONDS

PRIYA = "priya@halcyon.example"
ROW = "table.list tbody tr"
FILTERS = "#filters-entries"


async def enter(page: Page, customer: str) -> None:
    """Work on behalf of a customer, and end it."""
    await page.goto("/")
    await page.get_by_role("link", name="Customers").first.click()
    await page.get_by_role("button", name=f"View {customer}").click()
    banner = page.get_by_role("region", name="Working on behalf of a customer")
    await expect(banner).to_be_visible()
    await banner.get_by_role("button").click()
    await expect(banner).to_have_count(0)


async def filtered(page: Page, log: str, **fields: str) -> None:
    """The log with these fields of its form chosen by hand, of which each is shown at once."""
    await page.goto(log)
    for label, value in fields.items():
        field = page.locator(f"{FILTERS} [name={label}]")
        if label == "action":
            await field.select_option(value)
        elif label == "actor":
            await field.select_option(label=value)
        elif label == "on_behalf":
            await field.check()
        else:
            await field.fill(value)
            await field.blur()
        await expect(page).to_have_url(re.compile(f"[?&]{label}="))


@pytest.mark.timeout(300)
@pytest.mark.rule("K14", "P31")
async def test_every_filter_finds_something(browsers: Browsers) -> None:
    await enter(await browsers.open(companies.ANA.address), "Halcyon Health")
    page = await browsers.open(PRIYA)
    await page.goto("/")
    log = re.sub(r"(/w/[^/]+/).*", r"\1audit", page.url)

    async def entered() -> bool:
        await filtered(page, log, on_behalf="true")
        return await page.locator(ROW).count() >= 2

    await eventually(entered, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await expect(page.locator(ROW).first).to_contain_text("on behalf of Halcyon Health")
    await expect(page.locator(ROW).first).to_contain_text(companies.ANA.address)
    await browsers.check(page)
    await browsers.picture(page, "audit-on-behalf")

    await filtered(page, log, action="identity.user_signed_in")
    await expect(page.locator(ROW).first).to_contain_text("signed in.")
    signed_in = await page.locator(f"{ROW} time").first.get_attribute("datetime")
    assert signed_in is not None

    await filtered(page, log, actor=PRIYA)
    await expect(page.locator(ROW).first).to_contain_text(PRIYA)

    await filtered(page, log, since=signed_in[:10], until=signed_in[:10])
    await expect(page.locator(ROW).first).to_be_visible()

    await filtered(page, log, action="provisioning.service_provisioned")
    row = page.locator(ROW).first
    await row.get_by_text("Details").click()
    await browsers.check(page)
    await browsers.picture(page, "audit-details")
    await row.get_by_role("link", name="History of this object").click()
    await expect(page.locator(".head .chip")).to_contain_text("History of")
    await expect(page.locator(ROW).first).to_contain_text("was provisioned.")
    await page.locator(ROW).first.locator(".sentence a").click()
    await expect(page).to_have_url(re.compile("/services/"))


@pytest.mark.timeout(300)
@pytest.mark.rule("K14")
async def test_an_entry_has_a_permanent_link_and_noise_is_folded(browsers: Browsers) -> None:
    page = await browsers.open(PRIYA, width=320)
    await page.goto("/")
    log = re.sub(r"(/w/[^/]+/).*", r"\1audit", page.url)

    await page.goto(log)
    await browsers.check(page)
    await browsers.picture(page, "audit-320")
    await page.goto(f"{log}?action=identity.user_signed_in")
    row = page.locator(ROW).first
    await row.get_by_text("Details").click()
    await row.get_by_role("link", name="Permanent link").click()

    await expect(page.get_by_role("heading", name="Entry of the audit log")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("signed in.")
    await browsers.check(page)
    await browsers.picture(page, "audit-entry-320")


@pytest.mark.timeout(300)
@pytest.mark.rule("K14")
async def test_an_entry_shows_what_else_happened_with_it(browsers: Browsers) -> None:
    page = await browsers.open(PRIYA, width=390)
    await page.goto("/")
    log = re.sub(r"(/w/[^/]+/).*", r"\1audit", page.url)
    await page.goto(f"{log}?action=provisioning.order_placed")
    row = page.locator(ROW).first
    await row.get_by_text("Details").click()
    await row.get_by_role("link", name="Permanent link").click()

    also = page.get_by_role("region", name="What else happened with it")
    await expect(also).to_contain_text("was provisioned.")
    await browsers.check(page)
    await browsers.picture(page, "audit-entry-390")
    await also.get_by_role("link").last.click()
    await expect(page.get_by_role("heading", name="Entry of the audit log")).to_be_visible()


@pytest.mark.timeout(300)
async def test_the_log_without_a_match_leads_back_to_all_entries(browsers: Browsers) -> None:
    page = await browsers.open(PRIYA)
    await page.goto("/")
    log = re.sub(r"(/w/[^/]+/).*", r"\1audit", page.url)
    await filtered(page, log, until="2020-01-01")
    await expect(page.get_by_text("Nothing matches")).to_be_visible()
    await browsers.check(page)
    await browsers.picture(page, "audit-nothing")
    await page.get_by_role("link", name="Clear filters").click()
    await expect(page.locator(ROW).first).to_be_visible()
    await expect(page.get_by_role("button", name="Export as JSON Lines")).to_be_visible()
