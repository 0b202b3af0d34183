"""The settings of a workspace."""

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
