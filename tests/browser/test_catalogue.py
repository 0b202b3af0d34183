"""Staff publish a product and a plan, a customer orders it, and it is withdrawn, in Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from deploy.demo.companies import ROBIN
from tests.browser.browsers import Browsers

MEI = "mei@tiller.example"
NAME, KEY = "Colour box", "colour-box"


async def look_at(browsers: Browsers, page: Page, name: str) -> None:
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
    await browsers.picture(page, f"catalogue-{name}")


async def base_of(page: Page, kind: str) -> str:
    await page.goto("/")
    found = re.search(r"/w/([^/]+)/", page.url)
    assert found
    return f"/{kind}/{found[1]}"


@pytest.mark.rule("K7", "I2")
async def test_staff_publish_a_product_that_is_ordered_and_withdraw_it(browsers: Browsers) -> None:
    staff, customer = await browsers.open(ROBIN.address), await browsers.open(MEI)
    products, shop = f"{await base_of(staff, 'provider')}/products", f"{await base_of(customer, 'w')}/orders/new"

    await enter_the_product(browsers, staff, products)
    await publish_it_with_a_plan(browsers, staff)
    await order_it(browsers, customer, shop)
    await withdraw_it(browsers, staff, f"{products}/{KEY}")

    await customer.goto(shop)
    await expect(customer.locator("h2").first).to_be_visible()
    await expect(customer.get_by_role("heading", name=NAME)).to_have_count(0)
    await customer.goto(f"{shop}/{KEY}")
    await expect(customer.get_by_text("This product was withdrawn")).to_be_visible()
    await browsers.check(customer)


async def enter_the_product(browsers: Browsers, page: Page, products: str) -> None:
    """With the buttons of the form: two fields, of which the second is moved up."""
    await page.goto(products)
    await page.get_by_role("link", name="New product").click()
    await page.get_by_label("Name", exact=True).fill(NAME)
    await page.get_by_label("Key", exact=True).fill(KEY)
    await page.get_by_label("Kind", exact=True).select_option("asset")
    await page.get_by_label("Most of one order").fill("10")
    await page.get_by_role("button", name="Add a field").click()
    await fill_row(page, 0, "height_cm", "Height in cm", "integer")
    await page.locator("#field-0 summary").click()
    await page.locator("[name=field-0-minimum]").fill("10")
    await page.locator("[name=field-0-maximum]").fill("90")
    await page.get_by_role("button", name="Add a field").click()
    await fill_row(page, 1, "colour", "Colour", "choice")
    await page.locator("#field-1 summary").click()
    await page.locator("[name=field-1-choices]").fill("red | Red\nblue | Blue")
    await look_at(browsers, page, "form")
    await page.get_by_role("button", name=re.compile("^Move up.*Field 2")).click()
    await expect(page.locator("[name=field-0-name]")).to_have_value("colour")
    await page.get_by_role("button", name="Show as JSON").click()
    await expect(page.get_by_label("JSON Schema of the configuration")).to_contain_text("height_cm")
    await look_at(browsers, page, "json")
    await page.get_by_role("button", name="Show as a form").click()
    await page.get_by_role("button", name="Preview the order form").click()
    await expect(page.get_by_label("Colour")).to_be_visible()
    await expect(page.get_by_text("From 10 to 90.")).to_be_visible()
    await look_at(browsers, page, "preview")


async def fill_row(page: Page, n: int, name: str, label: str, kind: str) -> None:
    await page.locator(f"[name=field-{n}-name]").fill(name)
    await page.locator(f"[name=field-{n}-title]").fill(label)
    await page.locator(f"[name=field-{n}-type]").select_option(kind)
    await page.locator(f"[name=field-{n}-required]").check()


async def publish_it_with_a_plan(browsers: Browsers, page: Page) -> None:
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    await page.get_by_role("link", name="New plan").click()
    await page.get_by_label("Name", exact=True).fill("Monthly")
    await page.get_by_label("Recurring price").fill("much")
    await page.get_by_label("Currency").fill("EUR")
    await page.get_by_label("Only for these configurations").fill("colour: red")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Enter an amount, such as 12.50.").first).to_be_visible()
    await page.get_by_label("Recurring price").fill("12.50")
    await page.get_by_label("When a period is billed").select_option("in_arrears")
    await look_at(browsers, page, "plan-form")
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("link", name="Monthly").click()
    await expect(page.get_by_text("Version 1")).to_be_visible()
    await expect(page.get_by_text("Billed at the end of each period")).to_be_visible()
    await look_at(browsers, page, "plan")


async def order_it(browsers: Browsers, page: Page, shop: str) -> None:
    await page.goto(f"{shop}/{KEY}")
    await page.get_by_label("Colour", exact=True).select_option("red")
    await page.get_by_label("Height in cm").fill("40")
    await expect(page.get_by_text("A period is on the invoice of the billing date on which it ends.")).to_be_visible()
    await page.get_by_role("button", name="Review the order").click()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_be_visible()


async def withdraw_it(browsers: Browsers, page: Page, product: str) -> None:
    await page.goto(product)
    await look_at(browsers, page, "product")
    await page.get_by_role("link", name="Withdraw from sale").click()
    await expect(page.get_by_text("1 service of a customer is of this product.")).to_be_visible()
    await look_at(browsers, page, "withdraw")
    await page.get_by_role("button", name="Withdraw from sale").click()
    await expect(page.get_by_text("It cannot be ordered any more.")).to_be_visible()
    await expect(page.get_by_role("button", name="Offer again")).to_be_visible()


@pytest.mark.rule("I2")
async def test_the_catalogue_is_exported_and_its_dry_run_says_that_all_is_the_same(browsers: Browsers) -> None:
    page = await browsers.open(ROBIN.address)
    products = f"{await base_of(page, 'provider')}/products"
    await page.goto(products)
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Export").click()
    file = await (await downloading.value).path()

    await page.get_by_role("link", name="Import").click()
    await page.get_by_label("File").set_input_files(file)
    await page.get_by_role("button", name="Show what would change").click()

    await expect(page.get_by_role("heading", name="What the document would change")).to_be_visible()
    await expect(page.get_by_text("The same").first).to_be_visible()
    await expect(page.get_by_text("Would be")).to_have_count(0)
    await look_at(browsers, page, "import")
    document = page.get_by_role("textbox", name="Document")
    await document.fill((await document.input_value()).replace("kind: port", "kind: harbour", 1))
    await page.get_by_role("button", name="Show what would change").click()
    await expect(page.get_by_text(re.compile(r"Line \d+, column \d+: Choose one of the options."))).to_be_visible()
    await look_at(browsers, page, "import-refused")
