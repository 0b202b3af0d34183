"""One's own workspaces, asking for access, and deciding about it, on pages."""

import re

import pytest

from tests.portal.asking_answers import access_request
from tests.portal.browsing import Visit, remembered
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PATH = "/me/workspaces"
REQUESTS = "/w/northwind/users/access-requests"


@pytest.mark.rule("K17")
async def test_the_user_menu_leads_to_the_request_form(visit: Visit) -> None:
    browser = visit("jonas")

    overview = (await browser.get("/w/northwind/")).text
    page = (await browser.get(PATH)).text

    assert f'href="{PATH}"' in overview
    for text in ("My workspaces", "Request access", "quarry-rail", "Pending", "Withdraw", "Denied", "Who?"):
        assert text in page


@pytest.mark.rule("K17", "D16")
@pytest.mark.parametrize("name", ["quarry-rail", "nobody-is-called-that"])
async def test_who_asks_is_told_the_same_whether_the_workspace_exists(
    visit: Visit, fakes: FakeServices, name: str
) -> None:
    browser = visit("jonas")

    answer = await browser.post(f"{PATH}/requests", data={"workspace": name, "message": "Jonas"})

    assert answer.headers["location"] == PATH
    flash = remembered(browser).flash
    assert flash is not None
    assert flash.text.startswith("Your request is noted. If there is such a workspace, its admins are told")
    assert fakes.sent("POST", "/api/identity/access-requests") == [{"workspace": name, "message": "Jonas"}]


@pytest.mark.rule("D16")
async def test_an_invitation_is_accepted_and_the_page_says_so(visit: Visit) -> None:
    browser = visit("jonas")

    await browser.post(f"{PATH}/requests", data={"workspace": "invited", "message": ""})

    assert "You had an invitation to Meridian Partners." in (await browser.get(PATH)).text


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("no name", 422, "Enter the URL or the GUID of a workspace."),
        ("northwind", 409, "You can switch to it at the top of the navigation."),
    ],
)
async def test_what_is_refused_is_said_in_words_and_the_entry_stays(
    visit: Visit, name: str, status: int, words: str
) -> None:
    answer = await visit("jonas").post(f"{PATH}/requests", data={"workspace": name, "message": "Jonas K."})

    assert answer.status_code == status
    assert words in answer.text
    assert f'value="{name}"' in answer.text
    assert 'value="Jonas K."' in answer.text


async def test_one_withdraws_a_request_that_is_pending(visit: Visit) -> None:
    browser = visit("jonas")

    pending = await browser.post(f"{PATH}/requests/{ident('asked quarry-rail')}/withdraw")
    said = (await browser.get(PATH)).text
    closed = await browser.post(f"{PATH}/requests/{ident('asked old')}/withdraw")

    assert [pending.status_code, closed.status_code] == [303, 303]
    assert "The request is withdrawn." in said
    assert "The first decision counts." in (await browser.get(PATH)).text


@pytest.mark.rule("K27", "K28")
async def test_the_default_is_chosen_by_those_who_have_several_workspaces(visit: Visit, fakes: FakeServices) -> None:
    one, several = visit("jonas"), visit("ana")
    fakes.sessions["ana"].workspaces = ["meridian", "northwind"]

    alone = (await one.get(PATH)).text
    shown = (await several.get(PATH)).text
    target = re.search(r'action="/me/workspaces/([0-9a-f-]+)/default"', shown)
    assert target is not None
    await several.post(f"{PATH}/{target[1]}/default")

    assert "Make default" not in alone
    assert fakes.defaults == [target[1]]
    assert "Signing in leads there from now on." in (await several.get(PATH)).text


async def test_leaving_is_asked_about_first_and_who_has_no_other_is_signed_out(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    page = (await browser.get(PATH)).text
    target = re.search(r'href="(/me/workspaces/[0-9a-f-]+/leave)"', page)
    assert target is not None

    question = (await browser.get(target[1])).text
    assert fakes.left == []
    fakes.only_admin = True
    refused = await browser.post(target[1])
    fakes.only_admin = False
    left = await browser.post(target[1])

    assert "It is your only workspace: you are signed out." in question
    assert (refused.headers["location"], left.headers["location"]) == (PATH, "/sign-in")
    assert fakes.left == [target[1].split("/")[3]]
    assert remembered(browser).session is None


@pytest.mark.rule("K19", "K21")
async def test_the_tab_says_how_many_wait_and_only_admins_have_it(visit: Visit, fakes: FakeServices) -> None:
    fakes.requests.append(access_request() | {"id": ident("second")})
    admin = (await visit("jonas").get("/w/northwind/users")).text
    fakes.sessions["jonas"].role = "regular"
    regular = (await visit("jonas").get("/w/northwind/users")).text

    tab = re.search(rf'href="{REQUESTS}"[^>]*>(.*?)</a>', admin, re.DOTALL)
    assert tab is not None
    assert re.sub(r"<[^>]+>", "", tab[1]).split() == ["Access", "requests", "2", "waiting"]
    assert REQUESTS not in regular


@pytest.mark.rule("K20", "K22", "K24")
async def test_an_admin_approves_and_is_led_to_the_role(visit: Visit) -> None:
    browser = visit("jonas")

    listed = (await browser.get(REQUESTS)).text
    answer = await browser.post(f"{REQUESTS}/{ident('request pending')}/approve")

    assert "Eva Brandt" in listed
    assert "Eva of the Berlin office" in listed
    assert answer.headers["location"] == f"/w/northwind/users/{ident('tom')}"
    flash = remembered(browser).flash
    assert flash is not None
    assert flash.text == "Eva Brandt is a member of Northwind Logistics now. You can change the role here."


async def test_a_denial_needs_a_reason_and_keeps_what_was_entered(visit: Visit) -> None:
    browser, path = visit("jonas"), f"{REQUESTS}/{ident('request pending')}/deny"

    asked = (await browser.get(path)).text
    without = await browser.post(path, data={"reason": ""})
    denied = await browser.post(path, data={"reason": "Ask Mara."})

    assert "They wrote: “Eva of the Berlin office”" in asked
    assert (without.status_code, denied.status_code) == (422, 303)
    assert 'id="reason-about"' in without.text
    assert denied.headers["location"] == REQUESTS


@pytest.mark.rule("D16")
async def test_who_comes_second_is_told_that_it_is_decided(visit: Visit) -> None:
    browser = visit("jonas")

    answer = await browser.post(f"{REQUESTS}/{ident('request withdrawn')}/approve")

    assert answer.headers["location"] == REQUESTS
    assert "The first decision counts." in (await browser.get(REQUESTS)).text
