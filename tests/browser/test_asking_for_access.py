"""A person asks for access to another company's workspace and gets it, in Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from deploy.demo.companies import TOM
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.harness.installation import real_now

PRIYA, SLUG, NAME = "priya@halcyon.example", "halcyon-health", "Halcyon Health"
HOME = "Meridian Partners"


@pytest.mark.rule("K16", "K17", "K18", "K19", "K20", "K22", "K23", "K24", "K25", "K26", "K27", "K28", "K29", "K30")
async def test_a_person_asks_gets_in_and_is_given_another_role(open_browser: OpenBrowser) -> None:
    tom, priya = await open_browser(), await open_browser()
    await priya.sign_in(PRIYA)
    await tom.sign_in(TOM.address)

    url = await priya_copies_the_url(priya)
    await tom_asks(tom, url)
    approved_at = real_now()
    await priya_approves(priya)
    await tom.mailed(TOM.address, rf"({SLUG}/)", approved_at)
    await tom_works_there(tom)
    await tom_leaves(tom)


async def priya_copies_the_url(priya: BrowserUser) -> str:
    page = await priya.open(f"/w/{SLUG}/settings")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy URL").click()
    await priya.picture("workspace-named")
    return str(await page.evaluate("navigator.clipboard.readText()"))


async def tom_asks(tom: BrowserUser, url: str) -> None:
    page = tom.page
    await open_menu(page, "Workspace settings")
    await expect(page.get_by_role("heading", name="My workspaces")).to_be_visible()
    await expect(page.get_by_text("Make default")).to_have_count(0)
    await page.get_by_role("button", name=says("Withdraw", SLUG)).click()
    await expect(page.get_by_text("The request is withdrawn.")).to_be_visible()
    for entered in (url, "nobody-is-called-that"):
        await page.get_by_label("URL or GUID of the workspace").fill(entered)
        await page.get_by_role("button", name="Request access").click()
        await expect(page.get_by_text("Your request is noted. If there is such a workspace")).to_be_visible()
    await tom.browsers.check(page)
    await tom.picture("own-workspaces")


async def priya_approves(priya: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/users")
    await page.get_by_role("link", name="Access requests 1 waiting").click()
    row = page.get_by_role("row").filter(has_text=TOM.address).filter(has_text="Pending")
    await priya.browsers.check(page)
    await priya.picture("access-requests")
    await row.get_by_role("link", name=f"Deny the request of {TOM.name}").click()
    await priya.browsers.check(page)
    await priya.picture("access-request-denied")
    await page.get_by_role("link", name="Cancel").click()
    await row.get_by_role("button", name=f"Approve the request of {TOM.name}").click()
    await expect(page.get_by_text(f"{TOM.name} is a member of {NAME} now.")).to_be_visible()
    await expect(page.get_by_label(f"Role in {NAME}")).to_have_value("member")
    await page.get_by_label(f"Role in {NAME}").select_option("regular")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text=TOM.address)).to_contain_text("Regular")


async def tom_works_there(tom: BrowserUser) -> None:
    page = await tom.open("/me/workspaces")
    await expect(page.get_by_text("Regular · By an access request")).to_be_visible()
    await page.get_by_role("button", name=says("Make default", NAME)).click()
    await expect(page.get_by_text("Signing in leads there from now on.")).to_be_visible()
    await switch(page, NAME)
    await expect(page).to_have_url(re.compile(f"/w/{SLUG}/"))
    await page.goto("/me/workspaces")
    await page.get_by_role("button", name=says("Make default", HOME)).click()


async def tom_leaves(tom: BrowserUser) -> None:
    page = await tom.open("/me/workspaces")
    await page.get_by_role("link", name=says("Leave", NAME)).click()
    await tom.browsers.check(page)
    await tom.picture("leave-workspace")
    await page.get_by_role("button", name="Leave workspace").click()
    await expect(page.get_by_text(f"You have left {NAME}.")).to_be_visible()
    await expect(page.get_by_text("Switch workspace")).to_have_count(0)
    left, unknown = [await page.goto(f"/w/{slug}/") for slug in (SLUG, "nobody-is-called-that")]
    assert left
    assert unknown
    assert left.status == unknown.status


def says(what: str, whom: str) -> re.Pattern[str]:
    """The name of a button that says for whom it is only to those who do not see the row."""
    return re.compile(rf"^{what}\s*: {whom}$")


async def open_menu(page: Page, item: str) -> None:
    await page.get_by_text("Your menu").locator("xpath=ancestor::summary").click()
    await page.get_by_role("link", name=item).click()


async def switch(page: Page, name: str) -> None:
    await page.get_by_text("Switch workspace").locator("xpath=ancestor::summary").click()
    await page.locator("form[action='/switch']").get_by_role("button", name=name).click()
