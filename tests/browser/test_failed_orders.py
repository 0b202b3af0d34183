"""The provider's staff retry a failed order, also in a browser without JavaScript."""

import pytest
from playwright.async_api import expect

from deploy.demo import companies
from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.faults.orders import CUSTOMER, ORDERS, PATIENCE_SECONDS, PAUSE_SECONDS, fulfilled, offer

WIDTHS = (1280, 1024, 768, 390, 320)


@pytest.mark.timeout(300)
@pytest.mark.rule("D18")
async def test_a_failed_order_is_listed_and_one_press_tries_it_again(browsers: Browsers) -> None:
    customer = await browsers.installed.signed_in(CUSTOMER)
    order = await customer.post(ORDERS, await offer(browsers.installed, step_seconds=0.1, fail_at_step=3, fail_times=1))

    async def failed() -> bool:
        return bool((await customer.get(f"{ORDERS}/{order['id']}"))["state"] == "failed")

    await eventually(failed, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    page = await browsers.open(companies.ROBIN.address)
    await page.goto("/")
    await page.get_by_role("link", name="Failed orders").click()
    row = page.get_by_role("row").filter(has_text=order["number"])
    await expect(row).to_contain_text("3 of 4")
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
        await browsers.picture(page, f"failed-orders-{width}")

    plain = await browsers.open(companies.ROBIN.address, java_script_enabled=False)
    await plain.goto(page.url)
    await plain.get_by_role("button", name=f"Try {order['number']} again").click()

    await expect(plain.locator(".notice[role=status]")).to_contain_text(f"Order {order['number']} is tried again")
    await eventually(lambda: fulfilled(browsers.installed, order["id"]), seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await page.get_by_role("button", name=f"Try {order['number']} again").click()
    await expect(page.get_by_role("alert")).to_contain_text("Somebody may have done so already")
    await browsers.check(page)
    await browsers.picture(page, "failed-orders-too-late-320")


@pytest.mark.timeout(300)
@pytest.mark.rule("D18")
async def test_several_chosen_orders_are_tried_again_together(browsers: Browsers) -> None:
    customer = await browsers.installed.signed_in(CUSTOMER)
    body = await offer(browsers.installed, step_seconds=0.1, fail_at_step=3, fail_times=1)
    orders = [await customer.post(ORDERS, body) for _ in range(2)]
    page = await browsers.open(companies.ROBIN.address, java_script_enabled=False)

    async def listed() -> bool:
        await page.goto("/provider/larkspur/failed-orders")
        return all([await page.get_by_role("row").filter(has_text=each["number"]).count() for each in orders])

    await eventually(listed, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    for order in orders:
        await page.get_by_role("row").filter(has_text=order["number"]).get_by_role("checkbox").check()
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.picture(page, f"failed-orders-chosen-{width}")
    await page.get_by_role("button", name="Try the chosen orders again").click()

    await expect(page.locator(".notice[role=status]")).to_contain_text("2 orders are tried again")
    for order in orders:
        await eventually(
            lambda order=order: fulfilled(browsers.installed, order["id"]),
            seconds=PATIENCE_SECONDS,
            pause=PAUSE_SECONDS,
        )
