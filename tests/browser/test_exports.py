"""A list is exported and its file read, also in a browser without JavaScript."""

import csv
import io
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.faults.orders import CUSTOMER, PATIENCE_SECONDS, PAUSE_SECONDS

WIDTHS = (1280, 768, 390, 320)


async def rows_of(page: Page, title: str = "Services") -> list[dict[str, str]]:
    """The rows of the newest file."""
    async with page.expect_download() as coming:
        await page.get_by_role("link", name=f"Download {title}").first.click()
    file = await (await coming.value).path()
    return list(csv.DictReader(io.StringIO(Path(file).read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.timeout(300)
async def test_services_are_exported_watched_and_downloaded(browsers: Browsers) -> None:
    customer = await browsers.installed.signed_in(CUSTOMER)
    services = (await customer.get("/api/provisioning/services?limit=200"))["items"]
    page = await browsers.open(CUSTOMER)
    await page.goto("/")
    await page.get_by_role("link", name="Services", exact=True).click()

    await page.get_by_role("button", name="Export as CSV").click()
    await expect(page.get_by_role("heading", name="Exports")).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text="Services")).to_contain_text("Ready")
    rows = await rows_of(page)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
        await browsers.picture(page, f"exports-{width}")

    assert [row["Id"] for row in rows] == [service["id"] for service in services]
    assert [row["Service"] for row in rows] == [service["display_name"] for service in services]

    plain = await browsers.open(CUSTOMER, java_script_enabled=False)
    await plain.goto(page.url.replace("/exports", "/services?kind=port"))
    await plain.get_by_role("button", name="Export as CSV").click()
    await expect(plain.get_by_role("heading", name="Exports")).to_be_visible()

    async def ready() -> bool:
        await plain.reload()
        return await plain.get_by_text("Ready").count() == 2

    await eventually(ready, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    ports = await rows_of(plain)
    assert [row["Id"] for row in ports] == [service["id"] for service in services if service["kind"] == "port"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("who", "path", "title", "column", "found"),
    [
        ("robin@larkspur.example", "/provider/larkspur/partners", "Partners", "Name", "Meridian Partners"),
        ("robin@larkspur.example", "/provider/larkspur/failed-orders", "Failed orders", "Service",
         "Line to the trade fair"),
        ("ana@meridian.example", "/partner/meridian-partners/invitations", "Customers", "Name", "Saltmarsh Press"),
        ("ana@meridian.example", "/w/meridian-partners/users/invitations", "Invitations", "E-mail address",
         "tom@meridian.example"),
        ("priya@halcyon.example", "/w/halcyon-health/billing", "Subscriptions", "Description", "Frankfurt main"),
    ],
)  # fmt: skip
async def test_every_list_is_exported_from_its_page(
    browsers: Browsers, who: str, path: str, title: str, column: str, found: str
) -> None:
    page = await browsers.open(who)
    await page.goto(path)

    await page.get_by_role("button", name="Export as CSV").first.click()
    await expect(page.get_by_role("row").filter(has_text=title).first).to_contain_text("Ready")

    assert found in [row[column] for row in await rows_of(page, title)]
