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
