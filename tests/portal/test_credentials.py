"""Resetting the credentials of a service on pages: asked first, shown once (D30, I14, I26)."""

from typing import Any

import pytest
from markupsafe import escape

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.operations_answers import SECRET, operation
from tests.portal.samples import ident

NODE, PORT = (f"/w/northwind/services/{ident(f'service-{n}')}" for n in (2, 1))
BEGUN = ident("reset_credentials operation")
WORK, SHOWN = f"{NODE}/operations/{BEGUN}", f"{NODE}/credentials/{BEGUN}"


@pytest.mark.rule("I14", "I26")
async def test_only_who_may_is_offered_a_reset_and_only_where_there_is_one(visit: Visit) -> None:
    admin, regular = visit("jonas"), visit("rosa")

    pages = [(await browser.get(path)).text for browser, path in ((admin, NODE), (admin, PORT), (regular, NODE))]
    forms = [(await each.get(f"{NODE}/reset-credentials")).status_code for each in (admin, regular)]

    assert [f"{NODE}/reset-credentials" in page for page in pages[::2]] == [True, False]
    assert f"{PORT}/reset-credentials" not in pages[1]
    assert forms == [200, 403]


@pytest.mark.rule("D30")
async def test_new_credentials_are_made_after_a_question_and_shown_once(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    asked = (await browser.get(f"{NODE}/reset-credentials")).text
    begun = await browser.post(f"{NODE}/reset-credentials", data={"idempotency_key": "k" * 20})
    fakes.work[BEGUN] = operation("reset_credentials", "succeeded", steps=("done", "done"))
    done, offered = (await browser.get(WORK)).text, (await browser.get(SHOWN)).text
    shown, again = await browser.post(SHOWN), await browser.post(SHOWN, follow_redirects=True)

    assert "The former ones stop working" in asked
    assert begun.headers["location"] == WORK
    assert f'href="{SHOWN}"' in done
    assert "Show the new credentials" in offered
    assert str(escape(SECRET)) in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert all(str(escape(SECRET)) not in page for page in (asked, done, offered, again.text))
    assert "They are kept nowhere." in again.text
    assert "reset them again" in again.text


@pytest.mark.rule("D30")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"begun_by_you": False}, "Somebody else has reset the credentials"),
        ({"state": "awaited", "until": None}, "are being made"),
        ({"state": "over", "until": None}, "Nobody looked at the new credentials"),
        ({"state": "failed", "until": None}, "The reset did not succeed"),
    ],
)
async def test_the_page_says_why_there_is_nothing_to_show(
    visit: Visit, fakes: FakeServices, changed: dict[str, Any], said: str
) -> None:
    fakes.credentials |= changed

    page = (await visit("jonas").get(SHOWN)).text

    assert said in page
    assert "Show the new credentials" not in page


async def test_a_busy_service_says_who_does_what(visit: Visit, fakes: FakeServices) -> None:
    fakes.busy_with = {
        "verb": "restart", "begun_by_address": "rosa@northwind.example", "operation_id": ident("restart operation"),
    }  # fmt: skip

    page = await visit("jonas").post(f"{NODE}/reset-credentials", follow_redirects=True)

    assert "Restart, begun by rosa@northwind.example" in page.text


async def test_a_reset_that_runs_cannot_be_stopped(visit: Visit, fakes: FakeServices) -> None:
    fakes.work[BEGUN] = operation("reset_credentials", steps=("running",))

    assert "Stop it" not in (await visit("jonas").get(WORK)).text
