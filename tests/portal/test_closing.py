"""*Close the account*: what it means, asking for it, and keeping the account."""

from typing import Any

import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

PATH = "/w/northwind/close"


def notice(*, closed: bool = False, is_binding: bool = False) -> dict[str, Any]:
    closed_at = samples.at(days=1) if closed else None
    return {
        "asked_at": samples.at(days=2), "closes_at": samples.at(days=-28), "closed_at": closed_at,
        "is_binding": is_binding,
    }  # fmt: skip


@pytest.mark.rule("D27")
async def test_a_holder_reads_what_it_means_asks_for_it_and_keeps_the_account(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    before = (await browser.get(PATH)).text
    wrong = await browser.post(PATH, data={"account_number": "AC-1"})
    asked = await browser.post(PATH, data={"account_number": "NWL-20418"})
    waits = (await browser.get(PATH)).text
    kept = await browser.post(f"{PATH}/keep")
    after = (await browser.get(PATH)).text
    again = await browser.post(f"{PATH}/keep")

    meant = "services end on", "3 people lose access", "1 invitation ends", "The last invoices follow", "NWL-20418"
    for said in meant:
        assert said in before, said
    assert (wrong.status_code, "Enter the number of this account" in wrong.text) == (422, True)
    assert [answer.headers["location"] for answer in (asked, kept, again)] == [PATH] * 3
    assert "Keep the account" in waits
    assert 'name="account_number"' not in waits
    assert "The account stays." in after
    assert "A holder has kept it" in (await browser.get(PATH)).text
    assert fakes.closing is None


@pytest.mark.rule("D1")
async def test_only_a_holder_finds_it(visit: Visit, fakes: FakeServices) -> None:
    linked = (await visit("jonas").get("/w/northwind/settings")).text
    fakes.sessions["jonas"].is_holder = False

    refused = await visit("jonas").get(PATH)

    assert f'href="{PATH}"' in linked
    assert refused.status_code == 403
    assert f'href="{PATH}"' not in (await visit("jonas").get("/w/northwind/settings")).text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("signed_in_lately", False, "Sign out and in again first"), ("has_customers", True, "You have customers.")],
)
async def test_what_is_in_the_way_is_said_instead_of_the_form(
    visit: Visit, fakes: FakeServices, field: str, value: bool, says: str
) -> None:
    setattr(fakes, field, value)

    shown = (await visit("jonas").get(PATH)).text

    assert says in shown
    assert 'name="account_number"' not in shown


async def test_every_page_says_when_it_is_closed_and_leads_its_holders_to_the_way_back(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.sessions["jonas"].closing = notice()
    of_holder = (await visit("jonas").get("/w/northwind/services")).text
    fakes.sessions["jonas"].is_holder = False
    of_other = (await visit("jonas").get("/w/northwind/services")).text
    fakes.sessions["jonas"].closing = notice(closed=True, is_binding=True)
    closed = (await visit("jonas").get("/w/northwind/services")).text

    for page in (of_holder, of_other):
        assert "will be closed on" in page
    assert (f'href="{PATH}"' in of_holder, f'href="{PATH}"' in of_other) == (True, False)
    assert "is closed since" in closed
    assert "You can see everything and pay open invoices, and nothing else." in closed


async def test_who_sells_to_it_sees_when_it_closes_and_who_asked(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(samples.CUSTOMERS[0], "closes_at", samples.at(days=-30))
    monkeypatch.setitem(samples.CUSTOMERS[1], "closes_at", samples.at(days=1))
    monkeypatch.setitem(samples.CUSTOMERS[1], "closed_at", samples.at(days=1))
    customer = samples.CUSTOMERS[0]["id"]

    listed = (await visit("lars").get("/provider/larkspur/customers")).text
    account = (await visit("lars").get(f"/provider/larkspur/customers/{customer}")).text
    portals = (await visit("ana").get(f"/partner/meridian/customers/{customer}")).text

    assert (listed.count("Closes on"), listed.count("Account closed")) == (1, 1)
    for page in (account, portals):
        assert "Closes on" in page
        assert "Asked for by Jonas" in page


async def test_while_identity_is_away_the_page_says_so(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    await browser.get(PATH)
    fakes.down.add("identity")

    page = await browser.get(PATH)

    assert page.status_code == 200
    assert 'name="account_number"' not in page.text
