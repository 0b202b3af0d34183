"""Proposing that a customer goes to another seller, and the customer's answer."""

from typing import Any

import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.moves_answers import ALDER, proposed
from tests.portal.samples import ident

OWN = f"/provider/larkspur/customers/{ident('northwind')}"
OF_PARTNER = f"/provider/larkspur/partners/{ident('meridian')}"
BELOW = f"{OF_PARTNER}/customers/{ident('northwind')}/move"
HERE = "/w/northwind/move"
FORM = {"to_workspace_id": ALDER, "reason": "Meridian closes in June."}
MOVE = ident("a move")


def ended(state: str, **fields: Any) -> dict[str, Any]:
    return proposed(state=state, ended_at=samples.at(), ended_by="Jonas Keller", **fields)


async def test_staff_propose_from_the_partners_page_and_see_it_there(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    partner = (await browser.get(OF_PARTNER)).text
    question = (await browser.get(BELOW)).text

    done = await browser.post(BELOW, data=FORM)
    after = (await browser.get(done.headers["location"])).text

    assert f'href="{BELOW}"' in partner
    assert "Meridian Partners sells to this customer now." in question
    assert "Nothing changes before an admin of the customer consents." in question
    assert f'<option value="{ALDER}">Alder Networks</option>' in question
    assert done.headers["location"] == BELOW
    assert "It is proposed. The customer’s admins get a mail" in after
    assert "It is proposed that the customer goes to Alder Networks." in after
    assert f'action="{BELOW}/withdraw"' in after
    assert "New seller" not in after, "one at a time"
    assert fakes.sent("PUT", f"/api/identity/moves/below/{ident('northwind')}") == [FORM]


async def test_staff_propose_from_the_account_of_the_providers_own_customer(visit: Visit) -> None:
    browser = visit("lars")

    account = (await browser.get(OWN)).text
    done = await browser.post(f"{OWN}/move", data=FORM)

    assert f'href="{OWN}/move"' in account
    assert done.headers["location"] == f"{OWN}/move"


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"to_workspace_id": "", "reason": "x"}, 422, "Choose a company."),
        (FORM | {"reason": ""}, 422, "Please fill this in."),
        (FORM | {"to_workspace_id": ident("larkspur")}, 409, "This company cannot take the customer"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_entered_stays(
    visit: Visit, sent: dict[str, str], status: int, said: str
) -> None:
    answer = await visit("lars").post(BELOW, data=sent)

    text = answer.text
    assert (answer.status_code, said in text or "It sells to it already" in text) == (status, True)
    assert f'value="{sent["reason"]}"' in text


async def test_staff_withdraw_and_what_is_answered_meanwhile_is_not(visit: Visit, fakes: FakeServices) -> None:
    customer, browser = ident("northwind"), visit("lars")
    fakes.moves[customer] = proposed()
    done = await browser.post(f"{BELOW}/withdraw")
    after = (await browser.get(BELOW)).text
    fakes.moves[customer] = ended("declined", answer="We like <Ana>.")

    refused = await browser.post(f"{BELOW}/withdraw")

    assert done.headers["location"] == BELOW
    assert "was withdrawn." in after
    assert "Propose the move" in after, "another one can be proposed"
    assert refused.status_code == 409
    assert "Somebody has answered or withdrawn it" in refused.text
    assert "We like &lt;Ana&gt;." in refused.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("consented", "and went to Alder Networks."),
        ("declined", "to go to Alder Networks."),
        ("withdrawn", "was withdrawn."),
        ("expired", "Nobody answered in time"),
    ],
)
async def test_the_page_of_staff_says_what_became_of_it(
    visit: Visit, fakes: FakeServices, state: str, words: str
) -> None:
    fakes.moves[ident("northwind")] = ended(state)

    page = (await visit("lars").get(BELOW)).text
    assert words in page
    assert "/withdraw" not in page


async def test_who_could_not_consent_is_not_asked(visit: Visit, fakes: FakeServices) -> None:
    waiting = samples.NOT_CONNECTED[0]["id"]
    nobody = (await visit("lars").get(f"/provider/larkspur/customers/{waiting}/move")).text
    fakes.suspended[ident("northwind")] = "Unpaid."
    suspended = (await visit("lars").get(BELOW)).text

    assert "Invite somebody first." in nobody
    assert "The customer is suspended." in suspended
    for page in (nobody, suspended):
        assert "New seller" not in page


async def test_without_the_permission_there_is_neither_a_link_nor_a_page(visit: Visit) -> None:
    browser = visit("lars-regular")

    assert "/move" not in (await browser.get(OF_PARTNER)).text
    assert (await browser.get(BELOW)).status_code == 403
    assert (await visit("ana").get(f"/partner/meridian/customers/{ident('northwind')}/move")).status_code == 404


async def test_a_customers_admin_finds_it_on_every_page_and_consents(visit: Visit, fakes: FakeServices) -> None:
    fakes.moves[ident("northwind")] = proposed()
    fakes.sessions["jonas"].proposed_seller = "Alder Networks"
    browser = visit("jonas")
    overview = (await browser.get("/w/northwind/billing")).text
    page = (await browser.get(HERE)).text

    done = await browser.post(f"{HERE}/{MOVE}/consent")
    fakes.sessions["jonas"].proposed_seller = None
    after = (await browser.get(done.headers["location"])).text
    again = await browser.post(f"{HERE}/{MOVE}/consent")

    assert "It is proposed that Alder Networks looks after Northwind Logistics from now on." in overview
    assert f'href="{HERE}"' in overview
    assert "Larkspur Cloud proposes that Alder Networks sells to you" in page
    assert "Meridian &lt;closes&gt; in June." in page
    assert "The admins of Alder Networks may enter your workspace" in page
    assert "Nobody of Meridian Partners sees or changes anything of yours any more." in page
    assert "invoices go on as they are" in page
    assert "You have consented." in after
    assert "It is proposed" not in after
    assert (again.status_code, "Nothing is proposed" in again.text) == (409, True)


async def test_a_customers_admin_declines_with_a_reason(visit: Visit, fakes: FakeServices) -> None:
    customer = ident("northwind")
    fakes.moves[customer] = proposed()
    browser, path = visit("jonas"), f"{HERE}/{MOVE}/decline"

    empty = await browser.post(path, data={"reason": ""})
    done = await browser.post(path, data={"reason": "We like Ana."})

    assert (empty.status_code, "Please fill this in." in empty.text) == (422, True)
    assert (done.status_code, fakes.moves[customer]["state"], fakes.moves[customer]["answer"]) == (
        303, "declined", "We like Ana.",
    )  # fmt: skip


async def test_who_keeps_admins_out_is_told_that_it_stays_so(visit: Visit, fakes: FakeServices) -> None:
    fakes.moves[ident("northwind")], fakes.gains_people = proposed(), False

    page = (await visit("jonas").get(HERE)).text

    assert "You keep the admins of your seller out, and that stays so." in page


async def test_nothing_is_shown_where_nothing_is_proposed(visit: Visit) -> None:
    assert "Nothing is proposed" in (await visit("jonas").get(HERE)).text
    assert "It is proposed" not in (await visit("jonas").get("/w/northwind/")).text


async def test_who_works_on_behalf_neither_sees_nor_answers_it(visit: Visit, fakes: FakeServices) -> None:
    fakes.moves[ident("northwind")] = proposed()
    fakes.sessions["tom-on-behalf"].role = "admin"

    page = await visit("tom-on-behalf").get(HERE)

    assert page.status_code == 409
    assert "Alder" not in page.text
