"""Customers and partners that nobody has signed up for are renamed and removed on pages."""

import pytest

from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

CUSTOMERS, PARTNERS = "/partner/meridian/invitations", "/provider/larkspur/partners"
QUARRY, ALDER, NORTHWIND = (str(ident(name)) for name in ("quarry", "alder", "northwind"))
NAMES = {QUARRY: "Quarry Lane Dental", ALDER: "Alder Networks"}
BOTH = pytest.mark.parametrize(("who", "path", "child"), [("ana", CUSTOMERS, QUARRY), ("lars", PARTNERS, ALDER)])


@BOTH
async def test_a_row_leads_to_the_forms_and_a_new_name_is_said(
    visit: Visit, fakes: FakeServices, who: str, path: str, child: str
) -> None:
    browser, here = visit(who), f"{path}/{child}"

    listed = (await browser.get(path)).text
    form = (await browser.get(f"{here}/rename")).text
    sent = await browser.post(f"{here}/rename", data={"display_name": "Renamed"})
    said = (await browser.get(sent.headers["location"])).text

    assert f'href="{here}/rename"' in listed
    assert f'href="{here}/remove"' in listed
    assert f'value="{NAMES[child]}"' in form
    assert f"{NAMES[child]} is called Renamed now, at /w/renamed/." in said
    assert fakes.sent("PATCH", f"/api/identity/customers/{child}") == [{"display_name": "Renamed"}]


@BOTH
async def test_what_is_removed_is_named_first(
    visit: Visit, fakes: FakeServices, who: str, path: str, child: str
) -> None:
    browser, here = visit(who), f"{path}/{child}/remove"

    question = (await browser.get(here)).text
    other = await browser.post(here, data={"name": "Another"})
    before = [each.method for each in fakes.seen if each.method == "DELETE"]
    sent = await browser.post(here, data={"name": NAMES[child]})

    assert f"Remove {NAMES[child]}?" in question
    assert (other.status_code, before) == (422, [])
    assert "Enter the name as it is written above." in other.text
    assert [each.url.path for each in fakes.seen if each.method == "DELETE"] == [f"/api/identity/customers/{child}"]
    assert f"{NAMES[child]} is removed." in (await browser.get(sent.headers["location"])).text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("customer-in-use", "There are orders, services, subscriptions or unpaid invoices."),
        ("customer-has-people", "Somebody has access to its workspace."),
        ("partner-has-customers", "This partner has customers."),
        ("customer-connected", "Somebody has signed up there already."),
    ],
)
async def test_a_refusal_says_why_in_words(visit: Visit, fakes: FakeServices, kind: str, said: str) -> None:
    fakes.replies["DELETE", f"/api/identity/customers/{QUARRY}"] = problem(409, kind, "For developers.")

    answer = await visit("ana").post(f"{CUSTOMERS}/{QUARRY}/remove", data={"name": NAMES[QUARRY]})

    assert answer.status_code == 409
    assert said in answer.text


async def test_an_empty_name_keeps_the_form(visit: Visit) -> None:
    answer = await visit("ana").post(f"{CUSTOMERS}/{QUARRY}/rename", data={"display_name": ""})

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text


@pytest.mark.parametrize("form", ["rename", "remove"])
async def test_a_connected_customer_has_no_such_page(visit: Visit, form: str) -> None:
    answer = await visit("ana").get(f"{CUSTOMERS}/{NORTHWIND}/{form}")

    assert answer.status_code == 404
