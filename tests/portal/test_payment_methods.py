"""Payment methods, auto-pay, paying several invoices, and the credit of a customer."""

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.business import BILL_GROUP, INVOICES, PAYMENT_METHODS
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PATH = f"/w/northwind/billing/{PAYMENT_METHODS[0]['bill_group_id']}/payment-methods"
HOSTED = "/api/billing/hosted-pages/secret"


@pytest.mark.rule("O7", "O24", "O25")
async def test_an_admin_reads_adds_and_removes_methods(visit: Visit) -> None:
    browser = visit("jonas")
    page = await browser.get(PATH)
    begun = await browser.post(PATH, data={"kind": "sepa_debit", "label": "", "idempotency_key": "k" * 20})
    kept = await browser.post(f"{PATH}/{PAYMENT_METHODS[0]['id']}/remove")
    gone = await browser.post(f"{PATH}/{PAYMENT_METHODS[1]['id']}/remove")
    on = await browser.post(f"{PATH}/auto-pay", data={"on": "true"})

    for text in ("Company card (Visa •••• 4242)", "SEPA direct debit", "Default: this one is charged."):
        assert text in page.text
    assert begun.headers["location"].endswith(HOSTED)
    assert [answer.status_code for answer in (page, kept, gone, on)] == [200, 303, 303, 303]


@pytest.mark.rule("D17")
@pytest.mark.parametrize(
    ("auto_pay", "open_minor", "removable"), [(True, 0, False), (False, 500, False), (False, 0, True)]
)
async def test_removing_is_asked_about_and_offered_where_it_will_not_be_refused(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch, auto_pay: bool, open_minor: int, removable: bool
) -> None:
    monkeypatch.setitem(BILL_GROUP, "auto_pay", auto_pay)
    monkeypatch.setitem(BILL_GROUP, "outstanding_minor", open_minor)
    default, other = (f"{PATH}/{method['id']}/remove" for method in PAYMENT_METHODS[:2])
    browser = visit("jonas")

    listed = (await browser.get(PATH)).text
    asked = {path: (await browser.get(path)).text for path in (default, other)}
    unknown = await browser.get(f"{PATH}/{ident('no-method')}/remove")

    assert all(f'href="{path}"' in listed for path in asked)
    assert (f'action="{default}"' in asked[default], f'action="{other}"' in asked[other]) == (removable, True)
    assert unknown.status_code == 404
    assert not [each for each in fakes.seen if each.method == "DELETE"]


@pytest.mark.rule("O2", "O14")
async def test_while_paying_is_off_nothing_is_offered_that_would_be_refused(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BILL_GROUP, "paying_on", False)
    without = (await visit("jonas").get(PATH)).text
    monkeypatch.setitem(BILL_GROUP, "auto_pay", True)
    on = (await visit("jonas").get(PATH)).text

    for text in ("Switch auto-pay on", "Continue to the payment provider"):
        assert text not in without + on
    assert "On, but nothing is charged at the moment" in on
    assert "Switch auto-pay off" in on


@pytest.mark.rule("I8")
async def test_chosen_invoices_are_paid_at_once(visit: Visit) -> None:
    chosen = {"chosen": [each["id"] for each in INVOICES[:2]], "idempotency_key": "k" * 20}

    answer = await visit("jonas").post("/w/northwind/billing/invoices/chosen/pay", data=chosen)
    part = await visit("jonas").post(
        f"/w/northwind/billing/invoices/{INVOICES[1]['id']}/pay", data={"amount": "12,50", "idempotency_key": "k" * 20}
    )

    assert answer.headers["location"].endswith(HOSTED)
    assert part.headers["location"].endswith(HOSTED)


@pytest.mark.rule("O2", "L15")
async def test_where_paying_online_is_off_nothing_offers_it_and_pages_say_how_else(
    visit: Visit, fakes: FakeServices
) -> None:
    pages = {"invoice": f"/w/northwind/billing/invoices/{INVOICES[1]['id']}", "list": "/w/northwind/billing/invoices",
             "summary": "/w/northwind/billing", "methods": PATH}  # fmt: skip
    offers = {"invoice": '/pay"', "list": "Pay the chosen invoices", "methods": "Continue to the payment provider"}
    on = {name: (await visit("jonas").get(path)).text for name, path in pages.items()}
    fakes.pays_online = False
    off = {name: (await visit("jonas").get(path)).text for name, path in pages.items()}

    for name, offer in offers.items():
        assert offer in on[name]
        assert offer not in off[name]
    assert "Switch auto-pay on" in on["methods"]
    assert "Switch auto-pay on" not in off["methods"]
    assert 'name="chosen"' not in off["list"]
    for text in off.values():
        assert "how else to pay" in text


async def test_auto_pay_that_is_on_can_be_switched_off_where_paying_online_is_off(
    visit: Visit, fakes: FakeServices
) -> None:
    group = BILL_GROUP | {"auto_pay": True, "paying_on": False}
    fakes.replies["GET", "/api/billing/bill-groups"] = httpx.Response(200, json=[group])

    assert "Switch auto-pay off" in (await visit("jonas").get(PATH)).text
