"""A customer's admin imports locations from a spreadsheet, in Chromium, with and without scripts."""

import re

import pytest
from playwright.async_api import FilePayload, Page, expect

from services.portal.csv_files import write_csv
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.browser.browsers import Browsers, sign_in
from tests.browser.test_every_page import look_at

PRIYA = "priya@halcyon.example"
LOCATIONS = "/w/halcyon-health/locations"


def file_of(*rows: tuple[str, str, str]) -> FilePayload:
    content = write_csv([("Name", "City", "Country"), *rows])
    return {"name": "locations.csv", "mimeType": "text/csv", "buffer": content}


async def choose(page: Page, file: FilePayload) -> None:
    await page.get_by_label("File", exact=True).set_input_files(file)
    await page.get_by_role("button", name="Check the file").click()


async def fits(user: BrowserUser) -> None:
    """What a form shows is accessible, and fits the narrowest window."""
    await user.browsers.check(user.page)
    await user.page.set_viewport_size({"width": 320, "height": 700})
    assert await user.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await user.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.rule("L1")
async def test_locations_are_imported_from_a_file_after_it_was_corrected(open_browser: OpenBrowser) -> None:
    priya = await open_browser()
    await priya.sign_in(PRIYA)
    await look_at(priya.browsers, priya.page, f"{LOCATIONS}/import", "customer")
    page = await priya.open(LOCATIONS)
    await page.get_by_role("link", name="Import").click()

    await choose(page, file_of(("Gouda\nclinic", "Gouda", "NL"), ("Rotterdam clinic", "Delft", "The Netherlands")))
    await expect(page.get_by_role("row", name=re.compile("Line 2"))).to_contain_text("Only one line of text")
    await expect(page.get_by_role("row", name=re.compile("Line 4.*Country"))).to_contain_text("two letters")
    await fits(priya)
    await priya.picture("import-locations-refused")

    await choose(page, file_of(("Gouda clinic", "Gouda", "nl"), ("Zwolle clinic", "Zwolle", "nl")))
    await expect(page.get_by_role("status")).to_contain_text("2 locations would be added.")
    await fits(priya)
    await priya.picture("import-locations-checked")
    await page.get_by_role("button", name="Import 2 locations").click()

    await expect(page.get_by_text("2 locations are added.")).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile("Zwolle clinic"))).to_be_visible()


@pytest.mark.rule("L1")
async def test_importing_needs_no_script(browsers: Browsers) -> None:
    page = await browsers.open(java_script_enabled=False)
    await sign_in(browsers, page, PRIYA)
    await page.goto(f"{LOCATIONS}/import")

    await choose(page, file_of(("Breda clinic", "Breda", "NL"), ("Breda clinic", "Breda", "NL")))
    await expect(page.get_by_role("row", name=re.compile("Line 3"))).to_contain_text("An earlier line")
    await choose(page, file_of(("Breda clinic", "Breda", "NL")))
    await page.get_by_role("button", name="Import 1 location").click()
    await page.goto(f"{LOCATIONS}/import")
    await choose(page, file_of(("Breda clinic", "Breda", "NL")))

    await expect(page.get_by_role("status")).to_contain_text("1 is there already and stays as it is.")
    await expect(page.get_by_role("button", name=re.compile("^Import"))).to_have_count(0)
