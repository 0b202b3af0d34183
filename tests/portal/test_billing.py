"""Billing pages: the summary, invoices, paying, contacts."""

import asyncio
import re
from datetime import date

import httpx
import pytest
from fastapi import FastAPI

from deploy.waiting import eventually
from services.portal.charts import Series, round_up, stacked_bars
from services.portal.live import LOOK_AGAIN_SECONDS, Live
from tests.portal.browsing import Visit
from tests.portal.business import INVOICES, SUBSCRIPTIONS
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

INVOICE = f"/w/northwind/billing/invoices/{INVOICES[1]['id']}"
CONTACT = f"/w/northwind/billing/{ident('group')}/contacts/billing"


@pytest.mark.rule("O11", "O12", "O13", "O14")
async def test_the_summary_shows_date_balance_frequency_and_auto_pay(visit: Visit) -> None:
    page = (await visit("jonas").get("/w/northwind/billing")).text

    for text in ("Next billing date", "$34,260.00", "$16,720.00 overdue", "Monthly", "Auto-pay", "Payable in 30 days"):
        assert text in page
    assert "View as table" in page


@pytest.mark.rule("O19", "O26", "O27")
async def test_subscriptions_and_invoices_are_listed_with_their_state(visit: Visit) -> None:
    page = (await visit("jonas").get("/w/northwind/billing")).text

    assert "Dedicated port, Standard" in page
    assert "Billing not started" in page
    for number in ("INV-2026-00003", "INV-2026-00002", "INV-2026-00001"):
        assert number in page
    assert "Overdue" in page
    assert f'href="/w/northwind/billing/invoices?group={ident("group")}">View all' in page


@pytest.mark.rule("O20", "O21")
async def test_each_subscription_has_its_status_and_the_product_and_service_that_it_is_of(
    visit: Visit, fakes: FakeServices
) -> None:
    ended = SUBSCRIPTIONS[1] | {"id": ident("ended"), "description": "Old rack", "product_name": "Metal M2",
                                "status": "ended", "clock": "ended"}  # fmt: skip
    listed = {"items": [*SUBSCRIPTIONS, ended], "next": None}
    fakes.replies["GET", "/api/billing/subscriptions"] = httpx.Response(200, json=listed)

    page = (await visit("jonas").get("/w/northwind/billing")).text
    items = re.findall(r'<li>\s*<span class="tile">.*?</li>', page, re.DOTALL)

    assert len(items) == 3
    pending, active, old = items
    assert f'href="/w/northwind/services/{ident("service-1")}">Dedicated port, Standard</a>' in pending
    assert ("Billing not started" in pending, "Pending" in pending) == (True, True)
    assert f'href="/w/northwind/services/{ident("service-2")}">Metal M4, Monthly</a>' in active
    assert ("per month" in active, "Pending" in active) == (True, False)
    assert ("<small>Metal M2</small>" in old, "Ended" in old) == (True, True)


@pytest.mark.parametrize("path", ["billing", f"services/{ident('service-1')}"])
async def test_what_several_of_a_service_cost_is_what_billing_says(
    visit: Visit, fakes: FakeServices, path: str
) -> None:
    three = SUBSCRIPTIONS[0] | {"quantity": 3, "recurring_total_minor": 149_999}
    fakes.replies["GET", "/api/billing/subscriptions"] = httpx.Response(200, json={"items": [three], "next": None})

    page = (await visit("jonas").get(f"/w/northwind/{path}")).text

    assert "$1,499.99" in page
    assert "$1,500.00" not in page


@pytest.mark.rule("O19")
async def test_all_subscriptions_of_a_bill_group_are_listed_page_by_page(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", "/api/billing/subscriptions"] = httpx.Response(
        200, json={"items": SUBSCRIPTIONS, "next": "cursor-2"}
    )
    browser = visit("jonas")

    page = (await browser.get(f"/w/northwind/billing?group={ident('group')}")).text
    following = re.search(r'href="(/w/northwind/billing[?][^"]*cursor=cursor-2)"', page)
    assert following
    await browser.get(following[1].replace("&amp;", "&"))

    asked = [each.url.params for each in fakes.seen if each.url.path == "/api/billing/subscriptions"]
    assert [each.get("cursor") for each in asked] == [None, "cursor-2"]
    assert {each["bill_group_id"] for each in asked} == {ident("group")}


@pytest.mark.rule("K5", "O5")
async def test_the_pdf_is_passed_on_unchanged(visit: Visit) -> None:
    answer = await visit("jonas").get(f"{INVOICE}/pdf")

    assert answer.content == b"%PDF-1.7 sample"
    assert answer.headers["content-disposition"] == 'attachment; filename="INV-2026-00003.pdf"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.rule("L15", "I8")
async def test_paying_leads_to_the_payment_page_with_the_forms_key(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    page = (await browser.get(INVOICE)).text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key
    answer = await browser.post(f"{INVOICE}/pay", data={"idempotency_key": key[1]})

    assert answer.headers["location"].endswith("/api/billing/hosted-pages/secret")
    [request] = [each for each in fakes.seen if (each.method, each.url.path) == ("POST", "/api/billing/payments")]
    assert request.headers["idempotency-key"] == key[1]


async def test_a_pending_payment_is_shown_on_the_invoice(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", "/api/billing/payments"] = problem(409, "payment-under-way", "A payment is under way.")
    browser = visit("jonas")

    answer = await browser.post(f"{INVOICE}/pay", data={"idempotency_key": "k" * 20})
    page = await browser.get(answer.headers["location"])

    assert "A payment of this invoice is under way." in page.text


async def test_an_open_page_shows_that_the_invoice_was_paid(portal: FastAPI, visit: Visit, fakes: FakeServices) -> None:
    live: Live = portal.state.runtime.live
    streaming = asyncio.create_task(visit("jonas").get(f"{INVOICE}/events"))
    invoice = f"/api/billing/invoices/{INVOICES[1]['id']}"
    await eventually(lambda: fakes.reads(invoice) == 1, "the page is open")
    live.wake(ident("northwind"))
    await eventually(lambda: fakes.reads(invoice) == 2, "it was read again, and nothing is new")

    fakes.invoice_paid = True
    live.wake(ident("northwind"))

    answer = await asyncio.wait_for(
        streaming, LOOK_AGAIN_SECONDS / 2
    )  # woken by the event, before it would have polled
    unpaid, paid = re.findall(r"(?:^data: (?!done).*\n)+", answer.text, re.MULTILINE)
    assert "Pay $" in unpaid
    assert "Status of this invoice: Paid" not in unpaid
    assert "Status of this invoice: Paid" in paid
    assert "Pay $" not in paid


@pytest.mark.rule("O8", "O22")
async def test_the_billing_contact_is_changed_and_a_refusal_keeps_the_entries(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    typed = {"display_name": "Mei Tanaka", "address": "nowhere", "city": "Hamburg"}

    form = await browser.get(CONTACT)
    refused = await browser.post(CONTACT, data=typed)
    saved = await browser.post(CONTACT, data=typed | {"address": "mei@northwind.example"})

    assert 'value="ap@northwind.example"' in form.text
    assert refused.status_code == 422
    assert 'value="Mei Tanaka"' in refused.text
    assert "Enter a mail address" in refused.text
    assert saved.status_code == 303


async def test_an_invoice_of_somebody_else_is_not_found(visit: Visit) -> None:
    stranger = await visit("jonas").get(f"/w/northwind/billing/invoices/{ident('theirs')}")
    nonsense = await visit("jonas").get("/w/northwind/billing/invoices/nonsense")

    assert stranger.status_code == nonsense.status_code == 404


def test_bars_are_stacked_and_end_below_a_round_number() -> None:
    months = [date(2026, month, 1) for month in range(1, 13)]

    chart = stacked_bars(months, [Series("A", "c1", [100] * 12), Series("B", "c2", [50] * 12)], "USD")

    first, second = chart.columns[0].segments
    assert first.y + first.height == pytest.approx(100)
    assert second.y + second.height == pytest.approx(first.y)
    assert [tick.value for tick in chart.ticks] == [160, 120, 80, 40, 0]


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (150, 160), (1754000, 2000000), (999, 1000)])
def test_an_axis_ends_with_a_round_number(value: int, top: int) -> None:
    assert round_up(value) == top


async def test_the_invoices_of_a_bill_group_stay_those_of_it_on_the_next_page_and_with_another_status(
    visit: Visit, fakes: FakeServices
) -> None:
    listed = httpx.Response(200, json={"items": INVOICES[:1], "next": "cursor-2"})
    fakes.replies["GET", "/api/billing/invoices"] = listed
    browser = visit("jonas")

    page = await browser.get(f"/w/northwind/billing/invoices?group={ident('group')}&status=open")

    [following] = re.findall(r'href="([^"]*cursor=cursor-2[^"]*)"', page.text)
    assert f"group={ident('group')}" in following
    assert "status=open" in following
    assert f'<input type="hidden" name="group" value="{ident("group")}">' in page.text
