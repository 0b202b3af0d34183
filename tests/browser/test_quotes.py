"""A customer asks for a quote, the provider's staff price and offer it, and an admin accepts it. In Chromium."""

import re

import pytest
from playwright.async_api import expect

from deploy.demo.companies import ROBIN
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, NAME, WISH = "priya@halcyon.example", "Fibre to the lab", "One fibre pair to our lab in Delft."
HOME, STAFF = "/w/halcyon-health", "/provider/larkspur"


@pytest.mark.rule("I7")
async def test_a_price_is_asked_for_offered_accepted_and_ordered(open_browser: OpenBrowser) -> None:
    priya, robin = await open_browser(), await open_browser()
    await priya.sign_in(PRIYA)
    await robin.sign_in(ROBIN.address)

    await priya_asks(priya)
    await robin_offers(robin, priya)
    await priya_accepts(priya)
    await everybody_looks(priya, robin)


async def priya_asks(priya: BrowserUser) -> None:
    page = await priya.open(f"{HOME}/quotes")
    await look_at(priya, "list")
    await page.get_by_role("link", name="Ask for a quote").click()
    await page.get_by_label("What do you need?").fill(WISH)
    await page.get_by_role("button", name="Ask for a quote").click()
    await expect(page.get_by_text("Your offer is being prepared.")).to_be_visible()


async def robin_offers(robin: BrowserUser, priya: BrowserUser) -> None:
    page = await robin.open(f"{STAFF}/quotes?state=requested")
    await look_at(robin, "all")
    await page.get_by_role("row").filter(has_text=WISH).get_by_role("link").first.click()
    await page.get_by_role("link", name="Add a line").click()
    await page.get_by_role("link", name=re.compile("Dark fibre pair")).click()
    await page.get_by_label("Price per interval").fill("950")
    await page.get_by_label("To this address").fill("1 Lab Street, Delft")
    await page.get_by_label("Name of the service").fill(NAME)
    await look_at(robin, "line")
    await page.get_by_role("button", name="Add to the draft").click()
    await expect(page.get_by_text("The line is added to the draft.")).to_be_visible()
    until = await page.evaluate("new Date(Date.now() + 20 * 864e5).toISOString().slice(0, 10)")
    await page.get_by_label("Valid until").fill(until)
    await page.get_by_label("Note", exact=True).fill("Not below 900.")
    await page.get_by_role("button", name="Save the note").click()
    await page.get_by_label("Valid until").fill(until)
    await look_at(robin, "draft")
    offered_at = real_now()
    await page.get_by_role("button", name="Offer to the customer").click()
    await expect(page.get_by_text("The customer gets a mail.").first).to_be_visible()
    await priya.mailed(PRIYA, r"(An offer waits for your answer)", offered_at)


async def priya_accepts(priya: BrowserUser) -> None:
    page = await priya.open(f"{HOME}/quotes?state=offered")
    await page.get_by_role("row").filter(has_text=WISH).get_by_role("link").first.click()
    await expect(page.get_by_text(NAME)).to_be_visible()
    await expect(page.get_by_text("Not below 900.")).to_have_count(0)
    await look_at(priya, "offer")
    await page.get_by_label("Your name").fill("Priya Nair")
    await page.get_by_label("PO number").fill("HH-77")
    await page.get_by_label("Order everything of this offer").check()
    await page.get_by_role("button", name="Accept the offer").click()
    await expect(page.get_by_text("It is being ordered.")).to_be_visible()


async def everybody_looks(priya: BrowserUser, robin: BrowserUser) -> None:
    page = priya.page
    for _ in range(30):
        await page.reload()
        if await page.get_by_role("link", name="See the order").count():
            break
        await page.wait_for_timeout(500)
    await look_at(priya, "ordered")
    await page.get_by_role("link", name="See the order").click()
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    await page.get_by_role("link", name="Ordered from a quote").click()
    await expect(page.get_by_text("HH-77")).to_be_visible()
    await robin.page.reload()
    await look_at(robin, "of-staff")


async def look_at(person: BrowserUser, name: str) -> None:
    """In both widths."""
    for width in (390, 1280):
        await person.page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(person.page)
    await person.picture(f"quotes-{name}")
