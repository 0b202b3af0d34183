import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from services.billing.invoices.schemas import InvoiceRead
from shared.pages import Page
from tests.billing.harness import BillingHarness, key
from tests.harness.services import Caller


async def listed(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = await caller.http.get(f"/api/billing/invoices{query}")
    assert answer.status_code == 200, answer.text
    return Page[InvoiceRead].model_validate(answer.json()).model_dump(mode="json")["items"]


@pytest.mark.rule("K4", "O26", "O27", "I6")
async def test_a_customer_sees_all_its_invoices_the_newest_first_with_their_status(billing: BillingHarness) -> None:
    customer, first = await billing.invoiced()
    admin = await billing.admin(customer)
    begun = (await billing.pay(admin, first)).json()
    await billing.press(begun["pay_url"], "pay")
    await billing.day_by_day(65)

    invoices = await listed(admin)

    assert [(i["issued_on"], i["status"], i["overdue"]) for i in invoices] == [
        ("2027-03-10", "open", False),
        ("2027-02-10", "open", True),
        ("2027-01-10", "paid", False),
    ]
    assert [i["number"] for i in await listed(admin, "?status=overdue")] == ["INV-2027-000002"]
    assert [i["number"] for i in await listed(admin, "?status=open")] == ["INV-2027-000003", "INV-2027-000002"]
    assert [i["number"] for i in await listed(admin, "?status=paid")] == ["INV-2027-000001"]


async def test_pages_follow_each_other_without_gaps_or_duplicates(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    billing.move_to(billing.now + timedelta(days=31 * 8))
    await billing.run_jobs()
    admin = await billing.admin(customer)

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await admin.http.get("/api/billing/invoices", params={"limit": 4} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [invoice["number"] for invoice in page["items"]]
        cursor = page["next"]

    assert seen == [f"INV-2027-{n:06d}" for n in range(9, 0, -1)]
    assert (await admin.http.get("/api/billing/invoices?cursor=nonsense")).status_code == 422


async def test_an_invoice_tells_its_lines_and_parties(billing: BillingHarness) -> None:
    customer, stored = await billing.invoiced(10_001)

    answer = await (await billing.admin(customer)).http.get(f"/api/billing/invoices/{stored['id']}")

    invoice = answer.json()
    assert (invoice["buyer"]["name"], invoice["seller"]["name"]) == ("Northwind Logistics", "Larkspur Cloud")
    [line] = invoice["lines"]
    assert (line["description"], line["tax_percent"], line["tax_minor"]) == ("Port 10 Gbps", "20.00", 2_000)
    assert (invoice["net_minor"], invoice["tax_minor"], invoice["total_minor"]) == (10_001, 2_000, 12_001)


@pytest.mark.parametrize("path", ["", "/pdf"])
async def test_another_tenants_invoice_is_answered_like_an_unknown_one(billing: BillingHarness, path: str) -> None:
    _, invoice = await billing.invoiced()
    stranger = await billing.admin(await billing.customer())

    theirs = await stranger.http.get(f"/api/billing/invoices/{invoice['id']}{path}")
    nobodys = await stranger.http.get(f"/api/billing/invoices/{uuid4()}{path}")
    paying = await billing.pay(stranger, invoice)

    assert (theirs.status_code, nobodys.status_code, paying.status_code) == (404, 404, 404)
    assert theirs.json() == nobodys.json()
    assert await listed(stranger) == []


@pytest.mark.rule("D5")
async def test_a_bill_groups_visitor_sees_and_pays_that_bill_group_alone(billing: BillingHarness) -> None:
    customer, euros = await billing.invoiced()
    await billing.subscribed(customer, await billing.plan(1_000, currency="USD"))
    await billing.run_jobs()
    [dollars] = [i for i in await billing.invoices(customer) if i["currency"] == "USD"]
    visitor = await billing.running.caller("billing", workspace_id=customer, bill_group_id=dollars["bill_group_id"])

    invoices = await listed(visitor)
    groups = (await visitor.http.get("/api/billing/bill-groups")).json()
    subscriptions = (await visitor.http.get("/api/billing/subscriptions")).json()["items"]
    spend = (await visitor.http.get("/api/billing/spend")).json()

    assert [i["id"] for i in invoices] == [str(dollars["id"])]
    assert [g["currency"] for g in groups] == [s["currency"] for s in subscriptions] == ["USD"]
    assert [s["currency"] for s in spend] == ["USD"]
    assert (await visitor.http.get(f"/api/billing/invoices/{euros['id']}")).status_code == 404
    assert (await billing.pay(visitor, euros)).status_code == 404
    assert (await billing.pay(visitor, dollars)).status_code == 201


@pytest.mark.rule("P21", "P4")
@pytest.mark.parametrize("path", ["bill-groups", "subscriptions", "invoices", f"invoices/{UUID(int=1)}", "spend"])
async def test_support_sees_no_money(billing: BillingHarness, path: str) -> None:
    supporter = await billing.running.caller("support", workspace_id=await billing.customer())

    answer = await supporter.http.get(f"/api/billing/{path}")

    assert answer.status_code == 403


@pytest.mark.rule("P20")
async def test_the_read_only_role_sees_and_downloads_invoices_but_cannot_pay(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    reader = await billing.running.caller("read_only", workspace_id=customer)

    pdf = await reader.http.get(f"/api/billing/invoices/{invoice['id']}/pdf")

    assert pdf.status_code == 200
    assert (await billing.pay(reader, invoice)).status_code == 403


@pytest.mark.rule("K5", "O5", "O28", "D21")
async def test_the_pdf_is_complete_and_stays_byte_identical_after_payment(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    admin = await billing.admin(customer)
    path = f"/api/billing/invoices/{invoice['id']}/pdf"

    first = await admin.http.get(path)
    begun = (await billing.pay(admin, invoice)).json()
    await billing.press(begun["pay_url"], "pay")
    second = await admin.http.get(path)

    assert first.content == second.content
    assert first.headers["content-disposition"] == 'attachment; filename="INV-2027-000001.pdf"'
    reader = PdfReader(io.BytesIO(first.content))
    words = " ".join(reader.pages[0].extract_text().split())
    parties = ("INV-2027-000001", "Northwind Logistics", "Larkspur Cloud")
    what = ("Port 10 Gbps", "Jan 10, 2027 – Feb 9, 2027", "EUR 1,000.00", "Tax 20 % EUR 200.00")
    for expected in (*parties, *what, "Total due EUR 1,200.00", "by Jan 24, 2027"):
        assert expected in words
    assert b"<pdfaid:part>3</pdfaid:part>" in first.content
    assert len(await billing.events("invoice_downloaded", customer)) == 2


@pytest.mark.parametrize(
    "name", ['#link("http://evil.example")[x] *bold* $x$ \\', "北风物流", "=cmd|' /C calc'!A0", "שלום \u202e😀"]
)
async def test_any_name_of_a_buyer_gets_its_pdf_and_is_never_markup(billing: BillingHarness, name: str) -> None:
    customer = await billing.customer(name=name)
    await billing.subscribed(customer, await billing.plan())
    await billing.run_jobs()
    [invoice] = await billing.invoices(customer)

    answer = await (await billing.admin(customer)).http.get(f"/api/billing/invoices/{invoice['id']}/pdf")

    assert answer.status_code == 200
    reader = PdfReader(io.BytesIO(answer.content))
    assert "/Annots" not in reader.pages[0]
    if name.startswith("#"):
        assert "*bold*" in reader.pages[0].extract_text()


async def test_the_chart_sums_what_was_invoiced_by_month_and_kind(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced(10_000)
    await billing.subscribed(customer, await billing.plan(5_000), kind="node")
    await billing.run_jobs()
    await billing.day_by_day(31)

    [spend] = (await (await billing.admin(customer)).http.get("/api/billing/spend?months=3")).json()

    assert spend["currency"] == "EUR"
    assert spend["months"] == [
        {"month": "2026-12-01", "total_minor": 0, "kinds": {}},
        {"month": "2027-01-01", "total_minor": 18_000, "kinds": {"node": 6_000, "port": 12_000}},
        {"month": "2027-02-01", "total_minor": 18_000, "kinds": {"node": 6_000, "port": 12_000}},
    ]


@pytest.mark.rule("D28")
async def test_timestamps_are_utc(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(), delay_days=15)

    [subscription] = (await (await billing.admin(customer)).http.get("/api/billing/subscriptions")).json()["items"]

    assert subscription["billing_starts_at"] == "2027-01-25T09:30:00Z"
    assert (subscription["status"], subscription["clock"]) == ("pending", "pending")


async def test_a_plans_new_prices_are_a_version_and_old_orders_keep_theirs(billing: BillingHarness) -> None:
    product, customer = str(uuid4()), await billing.customer()
    prices = {"product_id": product, "display_name": "Monthly", "currency": "EUR", "recurring_minor": 1_000}
    old = (await billing.provider.http.post("/api/billing/plans", json=prices, headers=key())).json()
    dearer = prices | {"recurring_minor": 2_000}

    new = (await billing.provider.http.post("/api/billing/plans", json=dearer, headers=key())).json()
    await billing.subscribed(customer, old["plan_version_id"])
    shown = (await (await billing.admin(customer)).http.get(f"/api/billing/plans?product_id={product}")).json()

    assert (old["version"], new["version"], old["id"]) == (1, 2, new["id"])
    assert [plan["recurring_minor"] for plan in shown["items"]] == [2_000]
    [subscription] = await billing.rows("SELECT recurring_minor FROM subscriptions")
    assert subscription["recurring_minor"] == 1_000


@pytest.mark.parametrize(
    "wrong",
    [{"currency": "XYZ1"}, {"recurring_minor": -1}, {"recurring_minor": 1.5}, {"interval_months": 0}, {"id": "x"}],
)
async def test_a_plan_that_is_not_one_is_refused(billing: BillingHarness, wrong: dict[str, Any]) -> None:
    body = {"product_id": str(uuid4()), "display_name": "M", "currency": "EUR", "recurring_minor": 1}

    answer = await billing.provider.http.post("/api/billing/plans", json=body | wrong, headers=key())

    assert answer.status_code == 422


async def test_a_customer_publishes_no_prices(billing: BillingHarness) -> None:
    admin = await billing.admin(await billing.customer())
    body = {"product_id": str(uuid4()), "display_name": "M", "currency": "EUR", "recurring_minor": 1}

    answer = await admin.http.post("/api/billing/plans", json=body, headers=key())

    assert answer.status_code == 403
