"""A customer's holder adds an additional user, makes them the second holder, and leaves the account to both, in
Chromium."""

import re
from datetime import datetime

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.browser_user import CODE, BrowserUser, OpenBrowser
from tests.browser.test_every_page import look_at
from tests.harness.installation import real_now

INGRID, KIM = "ingrid@fjord.example", "kim@fjord.example"
FJORD = "/w/fjord-analytics"
PRIMARY, ALTERNATE = "Primary holder", "Alternate holder"


@pytest.mark.rule("I9", "I10", "I11", "I16", "I17", "I18", "I19", "I21", "I25", "I29", "D1")
async def test_an_additional_user_is_notified_and_becomes_the_second_holder(open_browser: OpenBrowser) -> None:
    ingrid, kim = await open_browser(), await open_browser()
    await ingrid.sign_in(INGRID)

    asked_at = real_now()
    await ingrid_notifies(ingrid)
    await kim_joins(kim, asked_at)
    asked_at = real_now()
    await ingrid_asks(ingrid)
    await kim_confirms(kim, asked_at)
    await ingrid_leaves_it_to_both(ingrid)
    await kim_takes_her_place_and_she_undoes_it(ingrid, kim)


async def ingrid_notifies(ingrid: BrowserUser) -> None:
    page = await ingrid.open(f"{FJORD}/users")
    await page.get_by_role("link", name="Add Additional User").click()
    await page.get_by_label("E-mail address").fill(KIM)
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text(f"Nobody with the address {KIM} has an account yet.")).to_be_visible()
    await page.get_by_label("Name").fill("Kim Berg")
    await ingrid.picture("additional-user")
    await page.get_by_role("button", name="Notify").click()
    await expect(page.get_by_text(f"{KIM} is asked by mail to create an account.")).to_be_visible()


async def kim_joins(kim: BrowserUser, asked_at: datetime) -> None:
    await kim.open(await kim.mailed(KIM, r"(http\S+/invite\?t=\S+)", asked_at))
    asked_at = real_now()
    await kim.page.get_by_role("button", name="Accept the invitation").click()
    await kim.page.get_by_label("6-digit code").fill(await kim.mailed(KIM, CODE, asked_at))
    await kim.page.get_by_role("button", name="Join Fjord Analytics").click()
    await expect(kim.page).to_have_url(re.compile(f"{FJORD}/"))
    page = await kim.open(f"{FJORD}/users")
    await expect(page.get_by_role("link", name="Invite user")).to_have_count(0)
    await page.get_by_role("link", name="Holders").click()
    await expect(page.get_by_role("link", name=re.compile("^Change"))).to_have_count(0)


async def ingrid_asks(ingrid: BrowserUser) -> None:
    page = await ingrid.open(f"{FJORD}/settings")
    await page.get_by_role("link", name="Edit Customer Account").click()
    await expect(holder(page, PRIMARY)).to_contain_text(INGRID)
    await page.get_by_role("link", name=f"Change: {ALTERNATE}").click()
    await look_at(ingrid.browsers, page, f"{FJORD}/holders/slots/alternate", "holder")
    await page.get_by_label("E-mail address of the new holder").fill(KIM)
    await page.get_by_role("button", name="Ask them to confirm").click()
    await expect(holder(page, ALTERNATE)).to_contain_text("Nobody yet")
    await ingrid.picture("holders-proposed")


async def kim_confirms(kim: BrowserUser, asked_at: datetime) -> None:
    await kim.open(await kim.mailed(KIM, r"(http\S+/w/fjord-analytics/holders)", asked_at))
    await kim.page.get_by_role("button", name="Confirm").click()
    await expect(kim.page.get_by_text("You are a holder of this account now.")).to_be_visible()
    await expect(holder(kim.page, ALTERNATE)).to_contain_text(KIM)
    await expect(kim.page.get_by_role("link", name=f"Change: {PRIMARY}")).to_be_visible()


async def ingrid_leaves_it_to_both(ingrid: BrowserUser) -> None:
    page = await ingrid.open(f"{FJORD}/holders")
    await page.get_by_role("button", name="Leave it to the two holders").click()
    await expect(page.get_by_text("Only the two holders may change the account from now on.")).to_be_visible()
    await look_at(ingrid.browsers, page, f"{FJORD}/holders", "holder")


async def kim_takes_her_place_and_she_undoes_it(ingrid: BrowserUser, kim: BrowserUser) -> None:
    """Ingrid invites Lea, whom Kim makes the primary holder: Ingrid takes it back."""
    page = await ingrid.open(f"{FJORD}/users")
    lea = "lea@fjord.example"
    asked_at = real_now()
    await page.get_by_role("link", name="Invite user").click()
    await page.get_by_label("Name").fill("Lea Holm")
    await page.get_by_label("E-mail address").fill(lea)
    await page.get_by_role("button", name="Send invitation").click()
    user = ingrid.browsers.installed.user(lea)
    await user.accept_invitation(asked_at)
    page = await kim.open(f"{FJORD}/holders/slots/primary")
    await page.get_by_label("E-mail address of the new holder").fill(lea)
    await page.get_by_role("button", name="Ask them to confirm").click()
    [change] = [each for each in (await user.get("/api/identity/holders"))["changes"] if each["slot"] == "primary"]
    await user.post(f"/api/identity/holders/changes/{change['id']}/confirm", {})

    page = await ingrid.open(f"{FJORD}/holders")
    await expect(holder(page, PRIMARY)).to_contain_text("Can be undone until")
    await ingrid.picture("holders-undo")
    await page.get_by_role("button", name="Undo it").click()
    await expect(page.get_by_text("It is undone. You are a holder of this account again.")).to_be_visible()
    await expect(page.get_by_role("link", name=f"Change: {PRIMARY}")).to_be_visible()


def holder(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)
