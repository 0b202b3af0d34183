"""*Edit Customer Account*: the two holders on their page, and on that of the provider's staff."""

import re

import httpx
import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.holders_answers import CHANGE, change
from tests.portal.samples import ident

HERE = "/w/northwind/holders"
TOM = samples.PEOPLE["tom"]["address"]
OWN = f"/provider/larkspur/customers/{ident('northwind')}"
BELOW = f"/provider/larkspur/partners/{ident('meridian')}/customers/{ident('northwind')}/holders"
WHY = "Both holders have left the company."


def forms(page: httpx.Response) -> list[str]:
    """Where the forms of the page lead, but that of the menu."""
    return [path for path in re.findall(r'action="([^"]+)"', page.text) if "/holders" in path]


@pytest.mark.rule("I9", "I10", "I11")
async def test_everybody_sees_the_two_holders_and_only_holders_can_change_them(visit: Visit) -> None:
    holder, other = await visit("jonas").get(HERE), await visit("kim").get(HERE)

    for page in (holder, other):
        for text in ("Edit Customer Account", "Primary holder", "For purchasing, billing and business.", "Jonas Weber",
                     "Alternate holder", "licence keys, downloads and cloud subscriptions", "Nobody yet"):  # fmt: skip
            assert text in page.text
    assert [f"{HERE}/slots/{slot}" in holder.text for slot in ("primary", "alternate")] == [True, True]
    assert "/slots/" not in other.text
    assert forms(other) == []
    assert (await visit("kim").get(f"{HERE}/slots/primary")).status_code == 403


@pytest.mark.rule("I16")
async def test_a_holder_is_changed_by_edit_customer_account_and_change(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    settings, users = (await browser.get("/w/northwind/settings")).text, (await browser.get("/w/northwind/users")).text
    form = (await browser.get(f"{HERE}/slots/primary")).text

    done = await browser.post(f"{HERE}/slots/primary", data={"address": TOM})
    after = await browser.get(HERE)

    assert f'href="{HERE}">Edit Customer Account</a>' in settings
    assert f'href="{HERE}"' in users
    for text in ("Change: Primary holder", "has 7 days to confirm", "Jonas Weber gets a mail, too", "72 hours"):
        assert text in form
    assert done.headers["location"] == HERE
    assert fakes.sent("PUT", "/api/identity/holders/slots/primary") == [{"address": TOM}]
    assert f"{TOM} is asked by mail." in after.text
    assert forms(after) == [f"{HERE}/changes/{CHANGE}/withdraw", f"{HERE}/control"]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("nobody@northwind.example", 409, "Only a user of the workspace can become its holder."),
        ("soup", 422, "Enter a mail address, such as name@example"),
    ],
)
async def test_what_is_wrong_is_said_and_the_address_stays(visit: Visit, address: str, status: int, said: str) -> None:
    answer = await visit("jonas").post(f"{HERE}/slots/alternate", data={"address": address})

    assert answer.status_code == status
    assert said in answer.text
    assert f'value="{address}"' in answer.text


async def test_the_new_holder_confirms_or_declines_and_nobody_else(visit: Visit, fakes: FakeServices) -> None:
    fakes.holder_changes = [change()]
    browser = visit("kim")
    page = await browser.get(HERE)

    done = await browser.post(f"{HERE}/changes/{CHANGE}/confirm")
    after = (await browser.get(HERE)).text
    fakes.holder_changes = [change()]
    await browser.post(f"{HERE}/changes/{CHANGE}/decline")

    assert forms(page) == [f"{HERE}/changes/{CHANGE}/confirm", f"{HERE}/changes/{CHANGE}/decline"]
    assert done.headers["location"] == HERE
    assert "You are a holder of this account now." in after
    assert fakes.answered == ["confirm", "decline"]


async def test_ones_workspaces_say_what_one_holds_and_is_asked_to_hold(visit: Visit, fakes: FakeServices) -> None:
    fakes.asking_to_hold = {"northwind"}
    holder, asked = (await visit("jonas").get("/me/workspaces")).text, (await visit("kim").get("/me/workspaces")).text

    answer = await visit("kim").post("/go-on", data={"workspace": "northwind", "return_to": HERE})

    assert "Primary holder" in holder
    assert "Primary holder" not in asked
    assert "You are asked to become a holder of the account." in asked
    assert f'name="return_to" value="{HERE}"' in asked
    assert answer.headers["location"] == HERE


async def test_what_was_answered_meanwhile_is_said(visit: Visit) -> None:
    answer = await visit("kim").post(f"{HERE}/changes/{CHANGE}/confirm")

    assert answer.status_code == 409
    assert "Somebody has answered or withdrawn it" in answer.text


@pytest.mark.rule("D1")
async def test_the_former_holder_can_undo_it(visit: Visit, fakes: FakeServices) -> None:
    fakes.primary = samples.PEOPLE["tom"]
    fakes.holder_changes = [change(state="effective", undo_until=samples.at(hours=-70))]
    mine, of_other = await visit("jonas").get(HERE), await visit("kim").get(HERE)

    await visit("jonas").post(f"{HERE}/changes/{CHANGE}/undo")

    assert f"{HERE}/changes/{CHANGE}/undo" in forms(mine)
    assert forms(of_other) == []
    assert "Can be undone until" in of_other.text
    assert fakes.answered == ["undo"]


@pytest.mark.rule("D1")
async def test_holders_choose_what_is_left_to_them(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    before = (await browser.get(HERE)).text

    await browser.post(f"{HERE}/control", data={"holder_control": "true"})
    after = (await browser.get(HERE)).text

    assert "Leave it to the two holders" in before
    assert "Only the two holders may change the account from now on." in after
    assert "Let every admin change it" in after
    assert fakes.holder_control is True


@pytest.mark.rule("I32")
async def test_once_a_year_the_holders_are_asked_whether_they_are_right(visit: Visit, fakes: FakeServices) -> None:
    fakes.check_due = True
    browser, question = visit("jonas"), "Are the two holders still right?"
    asked, of_other = (await browser.get(HERE)).text, (await visit("kim").get(HERE)).text
    overviews = [
        (await visit(who).get(path)).text
        for who, path in (
            ("jonas", "/w/northwind/"),
            ("ana", "/w/meridian/"),
            ("lars", "/w/larkspur/"),
            ("kim", "/w/northwind/"),
        )
    ]

    await browser.post(f"{HERE}/check")

    assert (question in asked, question in of_other) == (True, False)
    assert [question in overview for overview in overviews] == [True, True, True, False]
    assert question not in (await browser.get(HERE)).text


@pytest.mark.rule("D1")
async def test_two_of_the_staff_replace_a_holder_together(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    account, partner = (await browser.get(OWN)).text, (await browser.get(BELOW.partition("/customers/")[0])).text
    asked = await browser.post(f"{BELOW}/slots", data={"slot": "primary", "address": TOM, "reason": WHY})
    of_first = await browser.get(BELOW)
    fakes.holder_changes[0]["proposed_by"] = samples.PEOPLE["ana"]
    of_second = await browser.get(BELOW)

    agreed = await browser.post(f"{BELOW}/changes/{CHANGE}/second")

    assert f'href="{OWN}/holders"' in account
    assert f'href="{BELOW}"' in partner
    assert asked.headers["location"] == agreed.headers["location"] == BELOW
    path = f"/api/identity/holders/below/{ident('northwind')}/slots/primary"
    assert fakes.sent("PUT", path) == [{"address": TOM, "reason": WHY}]
    assert "Waits for a second one of you" in of_first.text
    assert WHY in of_first.text
    assert forms(of_first) == [f"{BELOW}/changes/{CHANGE}/withdraw", f"{BELOW}/slots"]
    assert forms(of_second)[0] == f"{BELOW}/changes/{CHANGE}/second"
    assert fakes.answered == ["second"]


async def test_what_is_wrong_with_the_request_of_the_staff_is_said(visit: Visit) -> None:
    answer = await visit("lars").post(f"{BELOW}/slots", data={"slot": "alternate", "address": TOM, "reason": ""})

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert f'value="{TOM}"' in answer.text


async def test_only_the_staff_who_may_see_the_page(visit: Visit) -> None:
    for who in ("lars-regular", "lars-reading"):
        assert (await visit(who).get(f"{OWN}/holders")).status_code == 403
    partner = f"/partner/meridian/customers/{ident('northwind')}/holders"
    assert (await visit("ana").get(partner)).status_code == 403
