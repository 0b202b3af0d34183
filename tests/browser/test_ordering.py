"""A person orders: the price follows, what does not fit is said at its field, and Back and reload order once."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browsers import Browsers

MEI, AMA = "mei@tiller.example", "ama@osei.example"
NEW = "/w/{}/orders/new/{}"


async def slug_of(page: Page) -> str:
    await page.goto("/")
    found = re.search(r"/w/([^/]+)/", page.url)
    assert found
    return found[1]


async def orders_of(page: Page, slug: str) -> int:
    await page.goto(f"/w/{slug}/orders")
    return await page.locator("#table-orders tbody tr").count()


async def look_at(browsers: Browsers, page: Page, name: str) -> None:
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
        await browsers.picture(page, f"ordering-{name}-{width}")


async def fill_in(browsers: Browsers, page: Page, slug: str) -> None:
    """The form, with the price beside it, first with a term that the plan is not for."""
    await page.goto(NEW.format(slug, "port-10g"))
    price = page.locator("#price-summary")
    await expect(price).to_contain_text("€850.00 plus €178.50 tax")
    await page.get_by_label("Quantity").fill("3")
    await expect(price).to_contain_text("€2,550.00")
    await page.get_by_role("radio", name=re.compile("Yearly")).check()
    await expect(price).to_contain_text("€27,540.00")
    await expect(page.get_by_text("From 1 to 1,000.")).to_be_visible()
    await look_at(browsers, page, "form")
    await page.get_by_label("Location").select_option(label="Amsterdam")
    await page.get_by_label("Term in months", exact=True).select_option("1")
    await page.get_by_role("button", name="Review the order").click()

    await expect(
        page.get_by_text("This is not possible with the chosen plan. Term in months: 12, 24, 36.")
    ).to_have_count(2)
    await expect(page.get_by_label("Quantity")).to_have_value("3")
    await look_at(browsers, page, "refused")
    await page.reload()
    await expect(page.get_by_label("Term in months", exact=True)).to_have_value("1")
    await page.get_by_label("Term in months", exact=True).select_option("24")
    await page.get_by_role("button", name="Review the order").click()


@pytest.mark.rule("K7", "D22")
async def test_ordering_sends_no_form_again_whatever_button_the_browser_has(browsers: Browsers) -> None:
    page = await browsers.open(MEI)
    slug = await slug_of(page)
    before = await orders_of(page, slug)

    await fill_in(browsers, page, slug)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Review the order")
    review = page.url
    assert len(review) < 8 * 1024
    await look_at(browsers, page, "review")
    await page.reload()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_be_visible()
    order = page.url
    await look_at(browsers, page, "order")
    await page.reload()
    assert page.url == order
    await page.go_back()

    await expect(page.get_by_role("heading", level=1)).to_have_text("This is ordered already")
    await look_at(browsers, page, "ordered")
    await page.reload()
    await page.get_by_role("link", name="Open the order").click()
    await expect(page).to_have_url(order)
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("This is ordered already")
    await page.go_back()
    await expect(page.get_by_label("Term in months", exact=True)).to_have_value("24")
    assert await orders_of(page, slug) == before + 1


async def test_a_rule_between_fields_is_said_without_script_too(browsers: Browsers) -> None:
    page = await browsers.open(MEI, java_script_enabled=False)
    slug = await slug_of(page)

    await page.goto(NEW.format(slug, "port-1g"))
    await page.get_by_label("Quantity").fill("2")
    await page.get_by_role("button", name="Update the price").click()
    await expect(page.locator("#price-summary")).to_contain_text("€480.00")
    await page.goto(NEW.format(slug, "virtual-circuit"))
    await expect(page.get_by_label("Quantity")).to_have_count(0)
    await expect(page.get_by_text("From 50 to 10,000. In steps of 50.")).to_be_visible()
    for end in ("From", "To"):
        await page.get_by_label(end, exact=True).select_option(label="Paris")
    await page.get_by_role("button", name="Review the order").click()

    await expect(page.locator("[id='configuration.z_end-about']")).to_contain_text("connects two different sites")
    await page.get_by_label("To", exact=True).select_option(label="London")
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Review the order")
    facts = page.get_by_role("region", name="Virtual circuit").locator("dt")
    await expect(facts).to_have_text(["Product", "Plan", "Quantity", "From", "To", "Bandwidth in Mbps", "Paid by"])


async def test_a_service_is_renamed(browsers: Browsers) -> None:
    page = await browsers.open(AMA)
    slug = await slug_of(page)
    await page.goto(f"/w/{slug}/services")
    await page.locator("#table-services tbody a").first.click()
    await look_at(browsers, page, "service")
    await page.get_by_role("link", name="Rename").click()
    await look_at(browsers, page, "rename")
    await page.get_by_label("Name of the service").fill("Łódź\u00a0uplink")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Łódź uplink")
    await page.get_by_role("link", name="Provisioning", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Łódź uplink")
    await page.goto(f"/w/{slug}/services?q=lodz")
    await expect(page.locator("#table-services tbody tr")).to_have_count(1)
