"""A workspace is renamed on its settings page, and the pages under its former URL lead on (K29)."""

import httpx
import pytest

from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.test_links_lead_on import fields_of

SETTINGS = "/w/northwind/settings"
API = "/api/identity/workspace-settings"
NAMED = {"locale": "en-US", "display_name": "Northwind Freight"}


@pytest.fixture
def renamed(fakes: FakeServices) -> FakeServices:
    """Northwind had another URL."""
    fakes.former = {"northwind-shipping": "northwind"}
    return fakes


@pytest.mark.rule("K29")
async def test_an_admin_changes_the_name_and_the_url_stays(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    before = (await browser.get(SETTINGS)).text
    done = await browser.post(SETTINGS, data=NAMED)
    after = (await browser.get(done.headers["location"])).text

    assert 'value="Northwind Logistics"' in before
    assert (done.status_code, done.headers["location"]) == (303, SETTINGS)
    assert 'value="Northwind Freight"' in after
    assert "The settings are saved." in after
    assert fakes.sent("PATCH", API) == [NAMED | {"new_url": False}]


@pytest.mark.rule("K29")
async def test_with_a_new_url_the_person_goes_on_there(visit: Visit, fakes: FakeServices) -> None:
    done = await visit("jonas").post(SETTINGS, data=NAMED | {"new_url": "true"})

    assert done.headers["location"] == "/w/northwind-freight/settings"
    assert fakes.sent("PATCH", API) == [NAMED | {"new_url": True}]


@pytest.mark.rule("K29")
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (problem(409, "too-many-former-urls", "Five."), "Change the name without a new URL"),
        (None, "Please check your entries"),
    ],
)
async def test_what_was_entered_stays_where_it_is_refused(
    visit: Visit, fakes: FakeServices, reply: httpx.Response | None, said: str
) -> None:
    name = "Northwind Freight" if reply else ""
    if reply:
        fakes.replies["PATCH", API] = reply

    answer = await visit("jonas").post(SETTINGS, data={"locale": "de-CH", "display_name": name, "new_url": "true"})

    assert answer.status_code == (409 if reply else 422)
    assert said in answer.text
    assert f'value="{name}"' in answer.text
    assert '<option value="de-CH" selected' in answer.text
    assert "checked" in answer.text


@pytest.mark.rule("K29")
@pytest.mark.parametrize(
    "page", ["/", "/services?kind=port&q=a%20b", "/users", "/billing", "/audit?subject=%C3%BC", "/no%2Fsuch"]
)
async def test_a_page_under_a_former_url_leads_to_the_same_page_under_the_present_one(
    visit: Visit, renamed: FakeServices, page: str
) -> None:
    answer = await visit("jonas").get(f"/w/northwind-shipping{page}")

    if page == "/no%2Fsuch":
        assert answer.status_code == 404
        return
    assert (answer.status_code, answer.headers["location"]) == (307, f"/w/northwind{page}")
    assert answer.headers["cache-control"] == "no-store", "the former URL may be another workspace's after a year"


@pytest.mark.rule("K29", "P5")
async def test_the_pages_of_a_parent_lead_on_as_well(visit: Visit, fakes: FakeServices) -> None:
    fakes.former = {"meridian-group": "meridian"}

    answer = await visit("ana").get("/partner/meridian-group/customers?status=not_connected")

    assert answer.headers["location"] == "/partner/meridian/customers?status=not_connected"


@pytest.mark.rule("K29")
async def test_a_part_of_an_open_page_leads_on(visit: Visit, renamed: FakeServices) -> None:
    live = {"HX-Request": "true", "Sec-Fetch-Mode": "cors"}

    answer = await visit("jonas", **live).get("/w/northwind-shipping/services")

    assert (answer.status_code, answer.headers["location"]) == (307, "/w/northwind/services")


@pytest.mark.rule("K29")
async def test_a_form_that_was_open_while_the_workspace_was_renamed_is_taken(
    visit: Visit, renamed: FakeServices
) -> None:
    answer = await visit("jonas").post("/w/northwind-shipping/settings", data={"locale": "de-CH"})

    assert (answer.status_code, answer.headers["location"]) == (303, SETTINGS)
    assert renamed.locales == {"northwind": "de-CH"}


@pytest.mark.rule("K29", "D12")
async def test_a_form_under_the_former_url_of_another_workspace_changes_nothing(
    visit: Visit, renamed: FakeServices
) -> None:
    renamed.former = {"halcyon-care": "halcyon"}

    own = await visit("mei").post("/w/halcyon-care/settings", data={"locale": "de-CH"})
    strange = await visit("jonas").post("/w/halcyon-care/settings", data={"locale": "de-CH"})

    assert (own.status_code, strange.status_code) == (409, 409)
    assert renamed.locales == {}


@pytest.mark.rule("K29", "D16")
async def test_to_strangers_a_former_url_is_as_unknown_as_any(visit: Visit, renamed: FakeServices) -> None:
    renamed.former = {"halcyon-care": "halcyon"}
    browser = visit("jonas")

    former, unknown = [await browser.get(f"/w/{slug}/users") for slug in ("halcyon-care", "halcyon-none")]
    signed_out = [await visit().get(f"/w/{slug}/users") for slug in ("halcyon-care", "halcyon-none")]

    assert former.status_code == unknown.status_code == 409
    assert former.text.replace("halcyon-care", "") == unknown.text.replace("halcyon-none", "")
    assert "Halcyon" not in former.text
    assert [answer.headers["location"] for answer in signed_out] == [
        f"/sign-in?return_to=%2Fw%2Fhalcyon-{end}%2Fusers" for end in ("care", "none")
    ]


@pytest.mark.rule("K29", "K25")
async def test_a_former_url_of_another_own_workspace_leads_there_through_the_button(
    visit: Visit, renamed: FakeServices
) -> None:
    renamed.former = {"halcyon-care": "halcyon"}
    browser = visit("mei")

    opened = await browser.get("/w/halcyon-care/services?kind=port")
    pressed = await browser.post("/go-on", data=fields_of(opened.text))

    assert "This page belongs to Halcyon Health" in opened.text
    assert pressed.headers["location"] == "/w/halcyon/services?kind=port"
    assert renamed.sessions["mei"].acting == "halcyon"


@pytest.mark.rule("K29", "P25")
async def test_going_on_by_a_former_url_leads_on_behalf_and_to_where_one_is(
    visit: Visit, renamed: FakeServices
) -> None:
    there = await visit("tom").post("/go-on", data={"workspace": "northwind-shipping", "return_to": "/w/northwind/"})
    here = await visit("jonas").post("/go-on", data={"workspace": "northwind-shipping"})

    assert there.headers["location"] == here.headers["location"] == "/w/northwind/"
    assert renamed.sent("POST", "/api/identity/on-behalf") == [{"workspace": "northwind"}]
    assert renamed.sent("POST", "/api/identity/sessions/switch") == []


@pytest.mark.rule("K29")
async def test_a_page_under_the_present_url_asks_identity_no_more_than_before(
    visit: Visit, renamed: FakeServices
) -> None:
    await visit("jonas").get("/w/northwind/users")

    assert renamed.sent("GET", "/api/identity/destinations") == []


async def test_a_former_url_while_identity_is_down_is_not_taken_for_another_workspace(
    visit: Visit, renamed: FakeServices
) -> None:
    browser = visit("jonas")
    await browser.get("/w/northwind/users")
    renamed.down.add("identity")

    answer = await browser.get("/w/northwind-shipping/users")

    assert answer.status_code == 503
