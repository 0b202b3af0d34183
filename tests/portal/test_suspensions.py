"""Suspending a customer or partner, and what people of a suspended workspace see."""

import re

import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

OF_CUSTOMER = f"/partner/meridian/customers/{ident('northwind')}"
OF_PARTNER = f"/provider/larkspur/partners/{ident('meridian')}"
FORM = {"reason": "Two invoices are unpaid."}


def suspension(*, is_binding: bool = True) -> dict[str, object]:
    return {"since": samples.at(days=1), "reason": "Unpaid <since> March.", "is_binding": is_binding}


@pytest.mark.parametrize(("who", "page"), [("ana", OF_CUSTOMER), ("lars", OF_PARTNER)])
async def test_a_page_says_what_it_means_before_somebody_is_suspended(
    visit: Visit, fakes: FakeServices, who: str, page: str
) -> None:
    browser, path = visit(who), f"{page}/suspension"
    account = (await browser.get(page)).text
    question = (await browser.get(path)).text

    empty = await browser.post(path, data={"reason": ""})
    done = await browser.post(path, data=FORM)
    after = (await browser.get(done.headers["location"])).text

    assert f'href="{path}"' in account
    assert "pay open invoices" in question
    assert ("Its customers go on as before." in question) == (who == "lars")
    assert (empty.status_code, "Please fill this in." in empty.text) == (422, True)
    assert done.headers["location"] == page
    assert "is suspended. Its admins get a mail with the reason." in after
    asked = fakes.sent("PUT", f"/api/identity/suspensions/{page.rpartition('/')[2]}")
    assert [each["reason"] for each in asked] == ["", FORM["reason"]]


async def test_a_suspension_is_ended_on_the_page_that_says_why_it_is(visit: Visit, fakes: FakeServices) -> None:
    fakes.suspended[str(ident("northwind"))] = "Unpaid since March."
    browser, path = visit("ana"), f"{OF_CUSTOMER}/suspension"

    shown = (await browser.get(path)).text
    ended = await browser.post(f"{path}/end")

    assert "Unpaid since March." in shown
    assert "Robin Lindqvist" in shown
    assert f'action="{path}/end"' in shown
    assert ended.headers["location"] == OF_CUSTOMER
    assert fakes.suspended == {}


async def test_what_the_provider_suspended_a_partner_cannot_end(visit: Visit, fakes: FakeServices) -> None:
    customer = str(ident("northwind"))
    fakes.suspended[customer] = "Unpaid since March."
    fakes.from_above.add(customer)
    path = f"{OF_CUSTOMER}/suspension"

    shown, refused = await visit("ana").get(path), await visit("ana").post(f"{path}/end")

    assert "/end" not in shown.text
    assert "only the provider can end that" in shown.text
    assert (refused.status_code, "only it can end that" in refused.text) == (409, True)


async def test_the_provider_suspends_a_customer_of_a_partner_from_the_partners_page(
    visit: Visit, fakes: FakeServices
) -> None:
    browser, path = visit("lars"), f"{OF_PARTNER}/customers/{ident('northwind')}/suspension"

    partner = (await browser.get(OF_PARTNER)).text
    question = (await browser.get(path)).text
    done = await browser.post(path, data=FORM)

    assert f'href="{path}"' in partner
    assert f'action="{path}"' in question
    assert done.headers["location"] == OF_PARTNER
    assert list(fakes.suspended) == [str(ident("northwind"))]


async def test_lists_say_who_is_suspended(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(samples.CUSTOMERS[0], "suspended_at", samples.at(days=3))
    monkeypatch.setitem(samples.PARTNERS[2], "suspended_at", samples.at(days=3))

    customers = (await visit("ana").get("/partner/meridian/customers")).text
    partners = (await visit("lars").get("/provider/larkspur/partners")).text
    accounts = [
        (await visit("ana").get(OF_CUSTOMER)).text,
        (await visit("lars").get(f"/provider/larkspur/customers/{ident('northwind')}")).text,
    ]

    assert [page.count('<span class="chip">Suspended</span>') for page in (customers, partners)] == [1, 1]
    assert all("Suspended since" in account for account in accounts)


async def test_without_the_permission_there_is_neither_a_button_nor_a_page(visit: Visit) -> None:
    browser = visit("lars-regular")

    assert "/suspension" not in (await browser.get(OF_PARTNER)).text
    assert (await browser.get(f"{OF_PARTNER}/suspension")).status_code == 403


async def test_every_page_of_a_suspended_workspace_says_why_and_whom_to_ask(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["jonas"].suspension = suspension()

    for path in ("", "services", "billing", "users"):
        page = (await visit("jonas").get(f"/w/northwind/{path}")).text
        assert "Northwind Logistics is suspended since" in page, path
        assert "Reason: Unpaid &lt;since&gt; March." in page
        assert re.search('href="/w/northwind/support">Whom to ask<', page)


async def test_on_behalf_the_page_says_whether_one_can_act(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["tom-on-behalf"].suspension = suspension()
    bound = (await visit("tom-on-behalf").get("/w/northwind/")).text
    fakes.sessions["tom-on-behalf"].suspension = suspension(is_binding=False)
    free = (await visit("tom-on-behalf").get("/w/northwind/")).text

    assert "You can only read here until the suspension ends." in bound
    assert "can still act" in free
