"""A customer's admin adds a location and invites its contact, who signs up and sees what is deployed there, in
Chromium."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.browser_user import CODE, BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, LENA = "priya@halcyon.example", "lena@halcyon.example"
LOCATIONS = "/w/halcyon-health/locations"


@pytest.mark.rule("L1", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L12", "L13", "D3", "D4", "D26")
async def test_a_location_is_added_invited_and_seen_by_its_people_alone(open_browser: OpenBrowser) -> None:
    priya, lena = await open_browser(), await open_browser()
    await priya.sign_in(PRIYA)

    await priya_adds_a_clinic(priya)
    await priya_orders_for_it(priya)
    await priya_invites(priya)
    await lena_joins_and_looks(lena)
    await priya_takes_it_back(priya, lena)


async def priya_adds_a_clinic(priya: BrowserUser) -> None:
    page = await priya.open(LOCATIONS)
    await priya.picture("locations")
    await expect(page.get_by_role("row", name=re.compile("Rotterdam clinic"))).to_contain_text("Connected")
    await page.get_by_role("link", name="Add location").first.click()
    await page.get_by_label("Name", exact=True).fill("Delft clinic")
    await page.get_by_label("City").fill("Delft")
    await page.get_by_role("button", name="Add location").click()
    await expect(page.get_by_role("heading", name="Delft clinic")).to_be_visible()
    await page.get_by_role("link", name="Not Connected: invite Delft clinic").click()
    await expect(page.get_by_role("button", name="Send invitation")).to_be_disabled()  # no address is on file yet
    await page.get_by_role("link", name="Add address").click()
    await page.get_by_label("Contact there").fill("Lena Vos")
    await page.get_by_label("E-mail address of the contact").fill(LENA)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Delft clinic is saved.")).to_be_visible()


async def priya_orders_for_it(priya: BrowserUser) -> None:
    page = await priya.open("/w/halcyon-health/orders/new/port-1g")
    await page.get_by_label("Deployed at").select_option(label="Delft clinic, Delft")
    await page.get_by_label("Name of the service").fill("Delft uplink")
    await page.get_by_label("Location", exact=True).select_option(label="Amsterdam")
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.get_by_text("Delft clinic")).to_be_visible()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress").get_by_role("status")).to_have_text(re.compile(r"\d of \d steps done"))


async def priya_invites(priya: BrowserUser) -> None:
    page = await priya.open(LOCATIONS)
    await page.get_by_role("link", name="Not Connected: invite Delft clinic").click()
    await expect(page.get_by_role("heading", name="Send Invitation?")).to_be_visible()
    await priya.picture("location-invitation")
    await page.get_by_role("button", name="Send invitation").click()
    await expect(page.get_by_text("Invited on")).to_be_visible()
    await priya.picture("location")


async def lena_joins_and_looks(lena: BrowserUser) -> None:
    link = await lena.mailed(LENA, r"(http\S+/invite\?t=\S+)", real_now().replace(year=2020))
    page = lena.page
    await page.goto(link)
    await expect(page.get_by_text("Only these locations")).to_be_visible()
    asked_at = real_now()
    await page.get_by_role("button", name="Accept the invitation").click()
    await page.get_by_label("6-digit code").fill(await lena.mailed(LENA, CODE, asked_at))
    await page.get_by_role("button", name="Join Halcyon Health").click()
    await expect(page).to_have_url(re.compile("/w/halcyon-health/"))
    bar = page.get_by_role("navigation").first
    await expect(bar.get_by_role("link", name="Locations")).to_be_visible()
    for hidden in ("Billing", "Users", "Contacts", "Settings"):
        await expect(bar.get_by_role("link", name=hidden, exact=True)).to_have_count(0)
    await lena.picture("overview-of-a-location")
    await lena.open("/w/halcyon-health/services")
    await expect(page.get_by_role("link", name="Delft uplink")).to_be_visible()
    await expect(page.get_by_role("link", name="Clinic uplink")).to_have_count(0)


async def priya_takes_it_back(priya: BrowserUser, lena: BrowserUser) -> None:
    page = await priya.open(LOCATIONS)
    await expect(page.get_by_role("row", name=re.compile("Delft clinic"))).not_to_contain_text("Not Connected")
    await page.get_by_role("link", name="Delft clinic", exact=True).click()
    await page.get_by_role("link", name="Remove Lena Vos").click()
    await page.get_by_role("button", name="Remove from this location").click()
    await expect(page.get_by_role("link", name="Not Connected: invite Delft clinic")).to_be_visible()
    await lena.page.reload()
    await expect(lena.page.get_by_role("heading", name="Sign in")).to_be_visible()
