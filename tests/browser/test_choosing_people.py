"""Several people or invitations are chosen in a list, and something is done with all of them."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from deploy.demo.person import UnexpectedAnswer
from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.harness.installation import Installation

CUSTOMER = "daniel@kestrel.example"
NEW = ["ines@kestrel.example", "otto@kestrel.example"]
COLOUR = "each => getComputedStyle(each).backgroundColor"
USERS = "/w/kestrel-insurance-group/users"


async def choose(page: Page, *addresses: str) -> None:
    for address in addresses:
        await page.get_by_role("row").filter(has_text=address).get_by_role("checkbox").check()


@pytest.mark.timeout(300)
@pytest.mark.rule("D14")
async def test_chosen_people_are_removed_after_a_question_and_oneself_cannot_be_chosen(browsers: Browsers) -> None:
    installed = browsers.installed
    admin = await installed.signed_in(CUSTOMER)
    for address in NEW:
        invited_at = datetime.now(UTC)
        person = {"address": address, "display_name": address.partition("@")[0].title(), "role": "regular"}
        await admin.post("/api/identity/invitations", person)
        await installed.user(address).accept_invitation(invited_at)
    page = await browsers.open(CUSTOMER, java_script_enabled=False)
    await page.goto(USERS)
    await expect(page.get_by_role("row").filter(has_text=CUSTOMER).get_by_role("checkbox")).to_have_count(0)

    box = page.get_by_role("checkbox").first
    before = await box.evaluate(COLOUR)
    await choose(page, *NEW)
    assert await box.evaluate(COLOUR) != before, "one sees what is chosen"
    for width in (1280, 390, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.picture(page, f"users-chosen-{width}")
    await page.get_by_role("checkbox").first.press("Enter")
    await expect(page.get_by_role("row").filter(has_text=NEW[0])).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("row").filter(has_text=NEW[0])).to_be_visible()
    await choose(page, *NEW)
    await page.get_by_text("Remove the chosen people…").click()
    await page.get_by_role("button", name="Remove the chosen people").click()

    await expect(page.locator(".notice[role=status]")).to_contain_text("2 people have no access to Kestrel")
    for address in NEW:
        await expect(page.get_by_role("row").filter(has_text=address)).to_have_count(0)
        with pytest.raises(UnexpectedAnswer, match="session-over"):
            await installed.user(address).token()


@pytest.mark.timeout(300)
@pytest.mark.rule("K12")
async def test_chosen_invitations_are_sent_again_and_taken_back(browsers: Browsers) -> None:
    installed = browsers.installed
    admin = await installed.signed_in(CUSTOMER)
    invited = ["lore@kestrel.example", "emil@kestrel.example"]
    for address in invited:
        await admin.post("/api/identity/invitations", {"address": address, "display_name": "New", "role": "regular"})
    page = await browsers.open(CUSTOMER)
    said = page.locator(".notice[role=status]")
    await page.goto(f"{USERS}/invitations?state=pending")

    await choose(page, *invited)
    await browsers.check(page)
    await page.get_by_role("button", name="Send the chosen invitations again").click()
    await expect(said).to_contain_text("2 invitations are sent again")
    for address in invited:
        await eventually(lambda address=address: sent_twice(installed, address), seconds=30)

    await page.goto(f"{USERS}/invitations?state=pending")
    await choose(page, *invited)
    await page.get_by_role("button", name="Take back the chosen invitations").click()

    await expect(said).to_contain_text("2 invitations are taken back")
    await page.goto(f"{USERS}/invitations?state=pending")
    for address in invited:
        await expect(page.get_by_role("row").filter(has_text=address)).to_have_count(0)


async def sent_twice(installed: Installation, address: str) -> bool:
    return len(await installed.mails(address)) == 2
