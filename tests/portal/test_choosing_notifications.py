"""Choosing what one is told of, and the page behind the link of a mail (D24)."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.notices_answers import LINK

PATH, API = "/me/notifications", "/api/notifications/preferences"
ALL_ON = {"order_requested.mail": "true", "order_requested.portal": "true", "order_refused.portal": "true"}


@pytest.mark.rule("D24")
async def test_what_is_always_mailed_has_no_switch_and_says_why(visit: Visit) -> None:
    page = (await visit("jonas").get(PATH)).text

    names = re.findall(r'name="([a-z_]+\.[a-z]+)"', page)
    assert names == [*ALL_ON]
    assert "What has a lock is always mailed. You have to know what became of your order." in page
    assert page.count('role="switch"') == page.count("checked") == 3


@pytest.mark.rule("D24")
async def test_only_what_differs_is_saved_without_a_script(visit: Visit, fakes: FakeServices) -> None:
    browser, wanted = visit("jonas"), {name: on for name, on in ALL_ON.items() if name != "order_requested.mail"}

    answer = await browser.post(PATH, data=wanted)

    assert fakes.sent("PATCH", API) == [
        {"switches": [{"topic": "order_requested", "channel": "mail", "wanted": False}]}
    ]
    after = (await browser.get(answer.headers["location"])).text
    assert "Your choice is saved." in after
    assert after.count("checked") == 2


async def test_nothing_is_sent_where_nothing_differs(visit: Visit, fakes: FakeServices) -> None:
    await visit("jonas").post(PATH, data=ALL_ON)

    assert fakes.sent("PATCH", API) == []


@pytest.mark.parametrize("on", [True, False])
async def test_each_switch_is_saved_by_itself_with_a_script(visit: Visit, fakes: FakeServices, on: bool) -> None:
    data = {"order_requested.portal": "true"} if on else {}

    answer = await visit("jonas", **{"HX-Request": "true"}).post(f"{PATH}/order_requested/portal", data=data)

    assert fakes.sent("PATCH", API) == [{"switches": [{"topic": "order_requested", "channel": "portal", "wanted": on}]}]
    assert answer.text.strip() == f"Saved: switched {'on' if on else 'off'}."


async def test_the_page_says_itself_that_the_choice_cannot_be_read(visit: Visit, fakes: FakeServices) -> None:
    fakes.down.add("notifications")

    page = await visit("jonas").get(PATH)

    assert page.status_code == 200
    assert "cannot be shown just now" in page.text


async def test_opening_the_link_of_a_mail_changes_nothing(visit: Visit, fakes: FakeServices) -> None:
    page = await visit().get(f"/unsubscribe?t={LINK}")

    assert "Switch off these mails?" in page.text
    assert "An order waits for approval" in page.text
    assert fakes.mails_wanted


@pytest.mark.rule("D24")
async def test_a_mail_program_switches_off_with_one_click_from_anywhere_and_is_not_redirected(
    visit: Visit, fakes: FakeServices
) -> None:
    program = visit(**{"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"})

    answer = await program.post(f"/unsubscribe?t={LINK}", data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert "Switched off" in answer.text
    assert not fakes.mails_wanted


async def test_it_can_be_undone_on_the_page_but_not_by_another_site(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()
    await browser.post(f"/unsubscribe?t={LINK}")

    elsewhere = await visit(**{"Sec-Fetch-Site": "cross-site"}).post(f"/unsubscribe/undo?t={LINK}")
    still_off = not fakes.mails_wanted
    undone = await browser.post(f"/unsubscribe/undo?t={LINK}")

    assert (elsewhere.status_code, still_off) == (403, True)
    assert "Switched on again" in undone.text
    assert fakes.mails_wanted


async def test_a_link_that_is_not_valid_says_what_to_do(visit: Visit) -> None:
    for answer in (await visit().get("/unsubscribe?t=cut"), await visit().post("/unsubscribe?t=cut")):
        assert answer.status_code == 404
        assert "Nothing was changed" in answer.text
        assert "/me/notifications" in answer.text
