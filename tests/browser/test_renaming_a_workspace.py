"""An admin renames their workspace; bookmarks, open pages and mails of a colleague lead on, in Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.browser.browsers import Browsers
from tests.flows.steps import INVITATIONS, accepts, joins
from tests.harness.installation import real_now

KIM, LEO = "kim@ochre.example", "leo@ochre.example"
NAME, SLUG, NEW, NEW_SLUG = "Ochre Mills", "ochre-mills", "Umber Mills", "umber-mills"
BOOKMARK = "services?kind=port"


@pytest.mark.rule("K29", "K16", "K25", "K11")
async def test_a_renamed_workspace_is_found_under_its_former_url(browsers: Browsers, open_browser: OpenBrowser) -> None:
    await two_people(browsers)
    kim, leo, elsewhere = [await open_browser() for _ in range(3)]
    await kim.sign_in(KIM)
    await leo.sign_in(LEO)
    form = await leo_has_a_form_open(leo)

    renamed_at = real_now()
    await kim_renames(kim)

    await leo_sends_the_form(form)
    await leo_opens_a_bookmark(leo)
    await expect(await elsewhere.open(await leo.mailed(LEO, rf"(http\S+/w/{SLUG}/)", renamed_at))).to_have_url(
        re.compile("/sign-in")
    )
    await elsewhere.sign_in(LEO)
    await expect(await elsewhere.open(f"/w/{SLUG}/users")).to_have_url(re.compile(f"/w/{NEW_SLUG}/users$"))
    await kim_sees_it_in_the_log(kim)
    await kim_takes_the_former_one_back(kim)


async def two_people(browsers: Browsers) -> None:
    installed = browsers.installed
    kim = await joins(installed, await installed.signed_in("ana@meridian.example"), NAME, KIM)
    await accepts(installed, LEO, kim, INVITATIONS, {"address": LEO, "display_name": "Leo Brand", "role": "admin"})


async def leo_has_a_form_open(leo: BrowserUser) -> Page:
    form = await leo.page.context.new_page()
    await form.goto(f"/w/{SLUG}/contacts/new")
    await form.get_by_label("Name").fill("Mara Lindt")
    await form.get_by_label("E-mail address").fill("mara@ochre.example")
    return form


async def kim_renames(kim: BrowserUser) -> None:
    page = await kim.open(f"/w/{SLUG}/settings")
    await expect(page.get_by_label("Company name")).to_have_value(NAME)
    await page.get_by_label("Company name").fill(NEW)
    await page.get_by_label("Give the workspace a new URL made from this name").check()
    await kim.browsers.check(page)
    await kim.picture("workspace-renamed")
    await page.set_viewport_size({"width": 320, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_url(re.compile(f"/w/{NEW_SLUG}/settings$"))
    await expect(page.get_by_text("The former URL leads here for a year.")).to_be_visible()
    await expect(page.get_by_label("URL", exact=True)).to_have_value(re.compile(f"/w/{NEW_SLUG}/$"))
    await expect(page.get_by_label("Give the workspace a new URL")).not_to_be_checked()


async def leo_sends_the_form(form: Page) -> None:
    await form.get_by_role("button", name="Add contact").click()
    await expect(form).to_have_url(re.compile(f"/w/{NEW_SLUG}/contacts"))
    await expect(form.get_by_role("row").filter(has_text="mara@ochre.example")).to_be_visible()


async def leo_opens_a_bookmark(leo: BrowserUser) -> None:
    page = await leo.open(f"/w/{SLUG}/{BOOKMARK}")
    await expect(page).to_have_url(re.compile(rf"/w/{NEW_SLUG}/services\?kind=port$"))
    await expect(page.get_by_role("navigation", name="Main")).to_contain_text(NEW)
    await expect(page.get_by_role("link", name="Users")).to_have_attribute("href", f"/w/{NEW_SLUG}/users")


async def kim_sees_it_in_the_log(kim: BrowserUser) -> None:
    page = await kim.open(f"/w/{NEW_SLUG}/audit")
    told = page.get_by_text(f"renamed the workspace {NAME} to {NEW}, and its URL from {SLUG} to {NEW_SLUG}.")

    await expect(told.first).to_be_visible()


async def kim_takes_the_former_one_back(kim: BrowserUser) -> None:
    page = await kim.open(f"/w/{NEW_SLUG}/settings")
    await page.get_by_label("Company name").fill(NAME)
    await page.get_by_label("Give the workspace a new URL").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_url(re.compile(f"/w/{SLUG}/settings$"))
    await expect(await kim.open(f"/w/{NEW_SLUG}/settings")).to_have_url(re.compile(f"/w/{SLUG}/settings$"))
