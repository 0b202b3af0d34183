"""The pages of licences: what they say, and that a key is on no page but the answer to its button (I5, D30)."""

from typing import Any

import httpx
import pytest

from tests.portal import business
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.licences_answers import KEY, MACHINE
from tests.portal.samples import at, ident

LIST = "/w/northwind/licences"
HERE = f"{LIST}/{ident('licence')}"
OF_CUSTOMER = f"/provider/larkspur/customers/{ident('northwind')}/licences"
SERVICE = f"/w/northwind/services/{ident('service-1')}"


@pytest.mark.rule("I5", "I10")
async def test_licences_say_how_they_stand_and_the_key_is_behind_a_button(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    listed, page = (await browser.get(LIST)).text, (await browser.get(HERE)).text
    shown = await browser.post(f"{HERE}/key", data={})

    assert f'href="{HERE}"' in listed
    for said in ("Gateway of Hamburg", "Harbour Gateway", "1 of 3", "Valid"):
        assert said in listed
        assert said in page
    assert (MACHINE["machine_name"] in page, f'action="{HERE}/key"' in page) == (True, True)
    assert [KEY in text for text in (listed, page, shown.text)] == [False, False, True]
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert 'href="/w/northwind/licences"' in page, "the side bar leads there"


@pytest.mark.rule("I5")
async def test_support_sees_that_there_is_a_licence_and_no_key(visit: Visit, fakes: FakeServices) -> None:
    of = business.PORT | {"kind": "licence"}
    more = {"verbs": [], "by_hand": False, "may_pause": False}
    service = business.service("service-1", "Gateway of Hamburg", of) | more
    fakes.replies["GET", f"/api/provisioning/services/{ident('service-1')}"] = httpx.Response(200, json=service)
    support, admin = visit("rosa"), visit("jonas")

    pages = [(await browser.get(SERVICE)).text for browser in (support, admin)]
    refused = [(await support.get(HERE)).status_code, (await support.post(f"{HERE}/key", data={})).status_code]

    assert "This service has a licence. Your role does not include its key." in pages[0]
    assert f'href="{HERE}"' in pages[1]
    assert refused == [403, 403]
    assert f'href="{LIST}"' not in pages[0]


@pytest.mark.rule("I5")
async def test_a_key_is_replaced_after_a_question_by_who_may(visit: Visit, fakes: FakeServices) -> None:
    admin, member = visit("jonas"), visit("tomas")

    question = (await admin.get(f"{HERE}/rotate")).text
    rotated = await admin.post(f"{HERE}/rotate", data={})
    released = await admin.post(f"{HERE}/machines/{MACHINE['id']}/release", data={})
    page_of_member = (await member.get(HERE)).text

    assert "The present key is revoked at once" in question
    assert [each.headers["location"] for each in (rotated, released)] == [HERE, HERE]
    assert fakes.sent("POST", f"/api/provisioning/licences/{ident('licence')}/rotate")
    assert f"{HERE}/rotate" not in page_of_member
    assert "/release" not in page_of_member
    assert (await member.get(f"{HERE}/rotate")).status_code == 403


@pytest.mark.rule("I5")
@pytest.mark.parametrize(
    ("changes", "said", "offered"),
    [
        ({"state": "on_hold"}, "on hold while its service is suspended", True),
        ({"state": "revoked", "revoked_at": at(days=1), "revoked_for": "Unpaid"}, "Unpaid", False),
        ({"state": "ended"}, "The licence has ended with its service.", False),
    ],
)
async def test_the_page_says_why_a_licence_is_not_valid(
    visit: Visit, fakes: FakeServices, changes: dict[str, Any], said: str, offered: bool
) -> None:
    fakes.licence_changes = changes

    page = (await visit("jonas").get(HERE)).text

    assert said in page
    assert (f"{HERE}/key" in page) is offered


async def test_a_key_that_was_revoked_meanwhile_is_not_shown(visit: Visit, fakes: FakeServices) -> None:
    fakes.licence_changes = {"state": "revoked", "revoked_at": at(days=1), "revoked_for": "Unpaid"}

    page = await visit("jonas").post(f"{HERE}/key", data={}, follow_redirects=True)

    assert "It was revoked, is on hold, or has ended with its service." in page.text
    assert KEY not in page.text


@pytest.mark.rule("I5", "D30")
async def test_a_pasted_key_is_verified_and_in_no_address(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    asked = (await browser.get(f"{LIST}/verify")).text
    genuine = await browser.post(f"{LIST}/verify", data={"key": KEY})
    wrong = await browser.post(f"{LIST}/verify", data={"key": f"{KEY}x"})
    fakes.checked |= {"verdict": "replaced", "is_newest_text": False}
    replaced = await browser.post(f"{LIST}/verify", data={"key": KEY})

    assert 'name="key"' in asked
    assert [each in genuine.text for each in ("The key is genuine", "Valid", "Harbour Gateway", KEY)] == [
        True, True, True, False,
    ]  # fmt: skip
    assert (wrong.status_code, "It is incomplete, was changed, or was not signed here." in wrong.text) == (422, True)
    assert "Replaced by a newer key" in replaced.text


@pytest.mark.rule("I5")
async def test_staff_revoke_with_a_reason_and_take_it_back(visit: Visit, fakes: FakeServices) -> None:
    staff, here = visit("lars"), f"{OF_CUSTOMER}/{ident('licence')}"

    account = (await staff.get(f"/provider/larkspur/customers/{ident('northwind')}")).text
    listed, page, question = [(await staff.get(path)).text for path in (OF_CUSTOMER, here, f"{here}/revoke")]
    revoked = await staff.post(f"{here}/revoke", data={"reason": "Unpaid since June"})
    fakes.licence_changes = {"state": "revoked", "revoked_at": at(days=1), "revoked_for": "Unpaid since June"}
    during = (await staff.get(here)).text
    back = await staff.post(f"{here}/reinstate", data={})

    api = f"/api/provisioning/customers/{ident('northwind')}/licences/{ident('licence')}"
    assert f'href="{OF_CUSTOMER}"' in account
    assert f'href="{here}"' in listed
    assert (f'href="{here}/revoke"' in page, "/key" in page, 'name="reason"' in question) == (True, False, True)
    assert fakes.sent("POST", f"{api}/revoke") == [{"reason": "Unpaid since June"}]
    assert "Unpaid since June" in during
    assert fakes.sent("POST", f"{api}/reinstate")
    assert [each.headers["location"] for each in (revoked, back)] == [here, here]
    assert (await visit("jonas").get(f"{here}/revoke")).status_code == 409, "it is another workspace than the session's"


async def test_a_list_whose_service_is_down_says_so_itself(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {"provisioning"}

    page = await visit("jonas").get(LIST)

    assert page.status_code == 200
    assert "Gateway of Hamburg" not in page.text
