"""The settings of a workspace."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

PATH = "/w/northwind/settings"


@pytest.mark.rule("K11", "D28")
async def test_an_admin_sets_the_language_of_mails_to_contacts_and_of_documents(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")

    before = (await browser.get(PATH)).text
    done = await browser.post(PATH, data={"locale": "de-CH"})
    after = (await browser.get(done.headers["location"])).text

    assert '<option value="en-US" selected>English (United States)</option>' in before
    assert '<option value="de-CH" selected>Deutsch (Schweiz)</option>' in after
    assert "The settings are saved." in after
    assert fakes.sent("PATCH", "/api/identity/workspace-settings") == [{"locale": "de-CH"}]


@pytest.mark.rule("K11")
async def test_a_role_that_may_not_change_them_sees_a_lock_and_changes_nothing(
    visit: Visit, fakes: FakeServices
) -> None:
    page = (await visit("rosa").get(PATH)).text
    answer = await visit("rosa").post(PATH, data={"locale": "de-CH"})

    assert ("hidden with your role" in page, "<select" in page) == (True, False)
    assert answer.status_code == 403
    assert fakes.locales == {}


async def test_a_language_that_is_not_offered_is_refused_at_its_field(visit: Visit) -> None:
    answer = await visit("jonas").post(PATH, data={"locale": "fr-FR"})

    assert answer.status_code == 422
    assert 'id="locale-about"' in answer.text


async def test_settings_of_another_workspace_are_not_changed(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("mei").post("/w/halcyon/settings", data={"locale": "de-CH"})

    assert answer.status_code == 409
    assert fakes.locales == {}


FACE = {"support_address": "help@meridian.example", "support_phone": "+31 (20) 555 01-00"}
ADDRESS = "7 Ferry Quay\r\n\r\n 1012 AB Amsterdam \r\n"


async def test_a_seller_says_where_its_customers_get_help(visit: Visit, fakes: FakeServices) -> None:
    browser, path = visit("ana"), "/w/meridian/settings"

    empty = (await browser.get(path)).text
    done = await browser.post(path, data={"locale": "en-US", "postal_lines": ADDRESS} | FACE)
    after = (await browser.get(done.headers["location"])).text

    lines = ["7 Ferry Quay", "1012 AB Amsterdam"]
    assert fakes.sent("PATCH", "/api/identity/workspace-settings") == [
        {"locale": "en-US", "postal_lines": lines} | FACE
    ]
    assert ('name="support_address"' in empty, "help@meridian.example" in empty) == (True, False)
    assert ('value="help@meridian.example"' in after, "7 Ferry Quay\n1012 AB Amsterdam</textarea>" in after) == (
        True,
        True,
    )


async def test_what_is_left_empty_is_taken_away(visit: Visit, fakes: FakeServices) -> None:
    nothing = {"support_address": "", "support_phone": " ", "postal_lines": ""}

    await visit("lars").post("/w/larkspur/settings", data={"locale": "en-US"} | nothing)

    gone = {"support_address": None, "support_phone": None, "postal_lines": []}
    assert fakes.sent("PATCH", "/api/identity/workspace-settings") == [{"locale": "en-US"} | gone]


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        ({"support_address": "nowhere"}, "support_address", "Enter a mail address"),
        ({"postal_lines": "x" * 101}, "postal_lines", "This is too long."),
    ],
)
async def test_what_is_wrong_with_the_support_or_postal_address_is_said_at_its_field(
    visit: Visit, entry: dict[str, str], field: str, words: str
) -> None:
    sent = {"locale": "en-US", "support_address": "", "support_phone": "", "postal_lines": ""} | entry

    answer = await visit("ana").post("/w/meridian/settings", data=sent)

    assert answer.status_code == 422
    assert f'id="{field}-about"' in answer.text
    assert words in answer.text


async def test_a_customer_has_no_customers_to_help(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("jonas").get(PATH)).text
    await visit("jonas").post(PATH, data={"locale": "de-CH"} | FACE)

    assert 'name="support_address"' not in page
    assert fakes.sent("PATCH", "/api/identity/workspace-settings") == [{"locale": "de-CH"}]


SUPPORT = {
    "support_hours": "Mon to Fri, 8 to 18 (CET)", "emergency_phone": "+31 20 555 01 99",
    "help_url": "https://help.meridian.example/", "status_url": "https://status.meridian.example/",
}  # fmt: skip


SALES = {"sales_name": "Ella Marsh", "sales_address": "ella@meridian.example", "sales_phone": "+31 20 555 01-20"}


@pytest.mark.rule("K11", "I31")
async def test_a_seller_names_whom_customers_ask_about_products(visit: Visit, fakes: FakeServices) -> None:
    browser, path = visit("ana"), "/w/meridian/settings"

    done = await browser.post(path, data={"locale": "en-US", "postal_lines": ""} | FACE | SUPPORT | SALES)
    after = (await browser.get(done.headers["location"])).text

    assert fakes.sent("PATCH", "/api/identity/workspace-settings") == [
        {"locale": "en-US", "postal_lines": []} | FACE | SUPPORT | SALES
    ]
    assert "Products and prices" in after
    assert '<a href="tel:+31205550120">+31 20 555 01-20</a>' in after


@pytest.mark.rule("K10", "K11")
async def test_a_seller_names_all_ways_to_its_support_and_sees_what_customers_see(
    visit: Visit, fakes: FakeServices
) -> None:
    browser, path = visit("ana"), "/w/meridian/settings"

    done = await browser.post(path, data={"locale": "en-US", "postal_lines": ""} | FACE | SUPPORT)
    after = (await browser.get(done.headers["location"])).text

    sent = {"locale": "en-US", "postal_lines": []} | FACE | SUPPORT
    assert fakes.sent("PATCH", "/api/identity/workspace-settings") == [sent]
    assert "What your customers see under Support" in after
    assert '<a href="tel:+31205550199">+31 20 555 01 99</a>' in after
    assert 'value="https://status.meridian.example/"' in after


async def test_a_help_site_that_is_no_https_address_is_refused_at_its_field(visit: Visit) -> None:
    sent = {"locale": "en-US", "postal_lines": ""} | FACE | SUPPORT | {"help_url": "http://help.example"}

    answer = await visit("ana").post("/w/meridian/settings", data=sent)

    assert answer.status_code == 422
    assert 'id="help_url-about"' in answer.text


@pytest.mark.rule("K11", "K13")
@pytest.mark.parametrize(
    ("who", "path", "leads_to"),
    [
        ("jonas", "/w/northwind", {"settings", "holders", "contacts", "billing", "archive", "close"}),
        ("ana", "/w/meridian", {"settings", "holders", "contacts", "branding", "archive", "close"}),
        ("lars", "/w/larkspur", {"settings", "holders", "contacts", "branding", "archive"}),
    ],
)
async def test_all_settings_of_a_workspace_are_tabs_of_one_place(
    visit: Visit, who: str, path: str, leads_to: set[str]
) -> None:
    page = (await visit(who).get(f"{path}/settings")).text

    tabs = page.partition('aria-label="Settings of the workspace"')[2].partition("</nav>")[0]
    assert set(re.findall(rf'href="{path}/(\w+)"', tabs)) == leads_to


PERSONAL = ["/me", "/me/workspaces", "/me/notifications", "/me/mails", "/me/data", "/sessions"]


@pytest.mark.rule("K11")
@pytest.mark.parametrize("path", PERSONAL)
async def test_all_of_a_persons_settings_are_tabs_of_one_place(visit: Visit, path: str) -> None:
    page = (await visit("jonas").get(path)).text

    tabs = page.partition('<nav class="tabs" aria-label="Your settings">')[2].partition("</nav>")[0]
    assert set(re.findall(r'href="(/[\w/]+)"', tabs)) == set(PERSONAL)
    assert re.search(rf'href="{path}"\s+aria-current="page"', tabs)


@pytest.mark.rule("K11")
async def test_the_theme_is_chosen_among_ones_own_settings(visit: Visit) -> None:
    page = (await visit("jonas").get("/me")).text

    chosen = page.partition('aria-labelledby="appearance"')[2].partition("</section>")[0]
    assert {"light", "dark"} <= set(re.findall(r'value="(\w+)"', chosen))
    assert 'action="/theme"' in chosen
