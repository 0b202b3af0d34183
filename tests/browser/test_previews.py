"""The provider's staff preview a bill group's portal in Chromium."""

import pytest
from playwright.async_api import expect

from deploy.demo import companies
from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.faults.orders import CUSTOMER, PATIENCE_SECONDS, PAUSE_SECONDS

WIDTHS = (1280, 768, 390, 320)


@pytest.mark.timeout(300)
@pytest.mark.rule("O44", "D25")
async def test_a_preview_opens_says_what_it_is_changes_nothing_and_is_left(browsers: Browsers) -> None:
    customer = await browsers.installed.signed_in(CUSTOMER)
    [group, *_] = await customer.get("/api/billing/bill-groups")
    workspace = await customer.get("/api/identity/workspaces/current")
    page = await browsers.open(companies.ROBIN.address)
    await page.goto("/provider/larkspur/customers")
    path = f"/provider/larkspur/customers/{workspace['id']}/bill-groups/{group['id']}/preview"

    async def opened() -> bool:
        """Once identity has heard of the bill group."""
        await page.goto("/provider/larkspur/customers")
        script = "p => { const f = document.createElement('form'); f.method = 'post'; f.action = p;"
        async with page.expect_navigation():
            await page.evaluate(f"{script} document.body.append(f); f.submit(); }}", path)
        return page.url.endswith("/billing")

    await eventually(opened, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    bar = page.get_by_role("region", name="Preview")
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        for text in ("Preview as customer – read only", group["display_name"], "min left"):
            await expect(bar.get_by_text(text)).to_be_in_viewport(ratio=1)
        await expect(bar.get_by_role("button")).to_be_in_viewport(ratio=1)
        await browsers.check(page)
        await browsers.picture(page, f"preview-{width}")

    await page.goto("/me")
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.get_by_role("heading", name="A preview is read-only")).to_be_visible()
    await browsers.check(page)
    await bar.get_by_role("button").click()
    await expect(bar).to_have_count(0)
    log = await customer.get("/api/audit/entries")
    assert {"identity.preview_opened", "identity.preview_ended"} <= {entry["action"] for entry in log["items"]}
