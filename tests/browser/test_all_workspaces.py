"""The provider's staff see the orders and the failed work of all customers, and how support is reached is one place."""

import re

import pytest
from playwright.async_api import expect

from deploy.demo import companies
from tests.browser.browsers import Browsers

PRIYA = "priya@halcyon.example"
WIDTHS = (1280, 390, 320)


@pytest.mark.timeout(300)
@pytest.mark.rule("D18")
async def test_orders_of_all_customers_are_found_and_failed_work_is_listed(browsers: Browsers) -> None:
    page = await browsers.open(companies.ROBIN.address)
    await page.goto("/")
    await page.get_by_role("link", name="Orders", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Orders of all customers")
    await expect(page.locator("table.list tbody tr").first).to_contain_text("ORD-")
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            await browsers.check(page)
            await browsers.picture(page, f"all-orders-{scheme}-{width}")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(page.url + "?q=nobody-is-called-so")
    await expect(page.locator("table.list tbody tr")).to_have_count(0)

    await page.goto(re.sub("/all-orders.*", "/failed-work", page.url))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Failed work")
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
        await browsers.picture(page, f"failed-work-{width}")


@pytest.mark.timeout(300)
async def test_staff_confirm_an_order_that_waits_for_them(browsers: Browsers) -> None:
    page = await browsers.open(companies.ROBIN.address)
    await page.goto("/provider/larkspur/all-orders")
    await page.get_by_role("link", name="See what waits").click()
    row = page.get_by_role("row").filter(has_text="Dark fibre pair")
    await row.get_by_role("link", name=re.compile("ORD-")).click()
    await expect(page.get_by_text(companies.FIBRE.configuration["street"])).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            await browsers.check(page)
            await browsers.picture(page, f"answer-{scheme}-{width}")
    await page.get_by_role("button", name="Confirm the order").click()
    await expect(page.get_by_text("is confirmed. Its provisioning begins.")).to_be_visible()
    await expect(page.get_by_role("link", name="See what waits")).to_have_count(0)


@pytest.mark.timeout(300)
@pytest.mark.rule("K10", "K11")
async def test_what_a_seller_says_of_its_support_is_on_its_customers_page(browsers: Browsers) -> None:
    page = await browsers.open(companies.ANA.address)
    await page.goto("/")
    await page.get_by_role("link", name="Settings", exact=True).click()
    await page.get_by_label("Support hours").fill("Mon to Fri, 8 to 18 (CET)")
    await page.get_by_label("Emergency number").fill("+44 20 5550 0199")
    await page.get_by_label("Help site").fill("https://help.meridian.example/")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="What your customers see under Support")).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            await browsers.check(page)
            await browsers.picture(page, f"settings-{scheme}-{width}")

    customer = await browsers.open(PRIYA)
    await customer.goto("/")
    await customer.get_by_role("link", name="Support").first.click()
    await expect(customer.get_by_role("link", name="Help site")).to_have_attribute(
        "href", "https://help.meridian.example/"
    )
    await expect(customer.locator("main")).to_contain_text("Mon to Fri, 8 to 18 (CET)")
    for path, name in (
        (customer.url, "support"),
        ("/me", "me"),
        ("/me/workspaces", "workspaces"),
        ("/sessions", "own"),
    ):
        await customer.goto(path)
        for width in WIDTHS:
            await customer.set_viewport_size({"width": width, "height": 800})
            await browsers.check(customer)
            await browsers.picture(customer, f"{name}-{width}")
