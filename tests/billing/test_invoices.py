import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from services.billing.invoices.endpoints import INVOICE_PAGE
from services.billing.invoices.schemas import InvoiceRead
from shared.db import set_scope
from shared.pages import Page, decode_cursor, encode_cursor
from tests.billing.books import Books, key
from tests.harness.services import Caller


async def listed(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = await caller.http.get(f"/api/billing/invoices{query}")
    assert answer.status_code == 200, answer.text
    return Page[InvoiceRead].model_validate(answer.json()).model_dump(mode="json")["items"]


@pytest.mark.rule("K4", "O26", "O27", "I6")
async def test_a_customer_sees_all_its_invoices_the_newest_first_with_their_status(books: Books) -> None:
    customer, first = await books.invoiced()
    admin = await books.admin(customer)
    begun = (await books.pay(admin, first)).json()
    await books.running.http().post(books.page(begun["pay_url"]) + "/pay")
    await books.day_by_day(65)

    invoices = await listed(admin)

    assert [(i["issued_on"], i["status"], i["overdue"]) for i in invoices] == [
        ("2027-03-10", "open", False),
        ("2027-02-10", "open", True),
        ("2027-01-10", "paid", False),
    ]
    assert [i["number"] for i in await listed(admin, "?status=overdue")] == ["INV-2027-000002"]
    assert [i["number"] for i in await listed(admin, "?status=open")] == ["INV-2027-000003", "INV-2027-000002"]
    assert [i["number"] for i in await listed(admin, "?status=paid")] == ["INV-2027-000001"]


async def test_pages_follow_each_other_without_gap_or_double(books: Books) -> None:
    customer, _ = await books.invoiced()
    books.move_to(books.now + timedelta(days=31 * 8))
    await books.run_jobs()
    admin = await books.admin(customer)

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


async def test_an_invoice_tells_its_lines_and_parties(books: Books) -> None:
    customer, stored = await books.invoiced(10_001)

    answer = await (await books.admin(customer)).http.get(f"/api/billing/invoices/{stored['id']}")

    invoice = answer.json()
    assert (invoice["buyer"]["name"], invoice["seller"]["name"]) == ("Northwind Logistics", "Larkspur Cloud")
    [line] = invoice["lines"]
    assert (line["description"], line["tax_percent"], line["tax_minor"]) == ("Port 10 Gbps", "20.00", 2_000)
    assert (invoice["net_minor"], invoice["tax_minor"], invoice["total_minor"]) == (10_001, 2_000, 12_001)


@pytest.mark.parametrize("path", ["", "/pdf"])
async def test_another_tenants_invoice_is_as_absent_as_one_that_never_was(books: Books, path: str) -> None:
    _, invoice = await books.invoiced()
    stranger = await books.admin(await books.customer())

    theirs = await stranger.http.get(f"/api/billing/invoices/{invoice['id']}{path}")
    nobodys = await stranger.http.get(f"/api/billing/invoices/{uuid4()}{path}")
    paying = await books.pay(stranger, invoice)

    assert (theirs.status_code, nobodys.status_code, paying.status_code) == (404, 404, 404)
    assert theirs.json() == nobodys.json()
    assert await listed(stranger) == []


@pytest.mark.rule("D5")
async def test_a_bill_groups_visitor_sees_and_pays_that_bill_group_alone(books: Books) -> None:
    customer, euros = await books.invoiced()
    await books.subscribed(customer, await books.plan(1_000, currency="USD"))
    await books.run_jobs()
    [dollars] = [i for i in await books.invoices(customer) if i["currency"] == "USD"]
    visitor = await books.running.caller("billing", workspace_id=customer, bill_group_id=dollars["bill_group_id"])

    invoices = await listed(visitor)
    groups = (await visitor.http.get("/api/billing/bill-groups")).json()
    subscriptions = (await visitor.http.get("/api/billing/subscriptions")).json()["items"]
    spend = (await visitor.http.get("/api/billing/spend")).json()

    assert [i["id"] for i in invoices] == [str(dollars["id"])]
    assert [g["currency"] for g in groups] == [s["currency"] for s in subscriptions] == ["USD"]
    assert [s["currency"] for s in spend] == ["USD"]
    assert (await visitor.http.get(f"/api/billing/invoices/{euros['id']}")).status_code == 404
    assert (await books.pay(visitor, euros)).status_code == 404
    assert (await books.pay(visitor, dollars)).status_code == 201


@pytest.mark.rule("P21", "P4")
@pytest.mark.parametrize("path", ["bill-groups", "subscriptions", "invoices", f"invoices/{UUID(int=1)}", "spend"])
async def test_support_sees_no_money(books: Books, path: str) -> None:
    supporter = await books.running.caller("support", workspace_id=await books.customer())

    answer = await supporter.http.get(f"/api/billing/{path}")

    assert answer.status_code == 403


@pytest.mark.rule("P20")
async def test_read_only_sees_invoices_and_takes_them_along_and_pays_nothing(books: Books) -> None:
    customer, invoice = await books.invoiced()
    reader = await books.running.caller("read_only", workspace_id=customer)

    pdf = await reader.http.get(f"/api/billing/invoices/{invoice['id']}/pdf")

    assert pdf.status_code == 200
    assert (await books.pay(reader, invoice)).status_code == 403


@pytest.mark.rule("K5", "O5", "O28", "D21")
async def test_the_pdf_says_all_and_is_the_same_bytes_each_time_also_after_paying(books: Books) -> None:
    customer, invoice = await books.invoiced()
    admin = await books.admin(customer)
    path = f"/api/billing/invoices/{invoice['id']}/pdf"

    first = await admin.http.get(path)
    begun = (await books.pay(admin, invoice)).json()
    await books.running.http().post(books.page(begun["pay_url"]) + "/pay")
    second = await admin.http.get(path)

    assert first.content == second.content
    assert first.headers["content-disposition"] == 'attachment; filename="INV-2027-000001.pdf"'
    reader = PdfReader(io.BytesIO(first.content))
    words = " ".join(reader.pages[0].extract_text().split())
    parties = ("INV-2027-000001", "Northwind Logistics", "Larkspur Cloud")
    what = ("Port 10 Gbps", "10 Jan 2027 – 9 Feb 2027", "EUR 1,000.00", "Tax 20 % EUR 200.00")
    for expected in (*parties, *what, "Total due EUR 1,200.00", "by 24 Jan 2027"):
        assert expected in words
    assert b"<pdfaid:part>3</pdfaid:part>" in first.content
    assert len(await books.events("invoice_downloaded", customer)) == 2


@pytest.mark.parametrize(
    "name", ['#link("http://evil.example")[x] *bold* $x$ \\', "北风物流", "=cmd|' /C calc'!A0", "שלום \u202e😀"]
)
async def test_any_name_of_a_buyer_gets_its_pdf_and_is_never_markup(books: Books, name: str) -> None:
    customer = await books.customer(name=name)
    await books.subscribed(customer, await books.plan())
    await books.run_jobs()
    [invoice] = await books.invoices(customer)

    answer = await (await books.admin(customer)).http.get(f"/api/billing/invoices/{invoice['id']}/pdf")

    assert answer.status_code == 200
    reader = PdfReader(io.BytesIO(answer.content))
    assert "/Annots" not in reader.pages[0]
    if name.startswith("#"):
        assert "*bold*" in reader.pages[0].extract_text()


async def test_the_chart_sums_what_was_invoiced_by_month_and_kind(books: Books) -> None:
    customer, _ = await books.invoiced(10_000)
    await books.subscribed(customer, await books.plan(5_000), kind="node")
    await books.run_jobs()
    await books.day_by_day(31)

    [spend] = (await (await books.admin(customer)).http.get("/api/billing/spend?months=3")).json()

    assert spend["currency"] == "EUR"
    assert spend["months"] == [
        {"month": "2026-12-01", "total_minor": 0, "kinds": {}},
        {"month": "2027-01-01", "total_minor": 18_000, "kinds": {"node": 6_000, "port": 12_000}},
        {"month": "2027-02-01", "total_minor": 18_000, "kinds": {"node": 6_000, "port": 12_000}},
    ]


@pytest.mark.rule("D28")
async def test_instants_are_utc(books: Books) -> None:
    customer = await books.customer()
    await books.subscribed(customer, await books.plan(), delay_days=15)

    [subscription] = (await (await books.admin(customer)).http.get("/api/billing/subscriptions")).json()["items"]

    assert subscription["billing_starts_at"] == "2027-01-25T09:30:00Z"
    assert (subscription["status"], subscription["clock"]) == ("pending", "pending")


async def test_a_plans_new_prices_are_a_version_and_old_orders_keep_theirs(books: Books) -> None:
    product, customer = str(uuid4()), await books.customer()
    prices = {"product_id": product, "display_name": "Monthly", "currency": "EUR", "recurring_minor": 1_000}
    old = (await books.provider.http.post("/api/billing/plans", json=prices, headers=key())).json()
    dearer = prices | {"recurring_minor": 2_000}

    new = (await books.provider.http.post("/api/billing/plans", json=dearer, headers=key())).json()
    await books.subscribed(customer, old["plan_version_id"])
    shown = (await (await books.admin(customer)).http.get(f"/api/billing/plans?product_id={product}")).json()

    assert (old["version"], new["version"], old["id"]) == (1, 2, new["id"])
    assert [plan["recurring_minor"] for plan in shown["items"]] == [2_000]
    [subscription] = await books.rows("SELECT recurring_minor FROM subscriptions")
    assert subscription["recurring_minor"] == 1_000


@pytest.mark.parametrize(
    "wrong",
    [{"currency": "XYZ1"}, {"recurring_minor": -1}, {"recurring_minor": 1.5}, {"interval_months": 0}, {"id": "x"}],
)
async def test_a_plan_that_is_not_one_is_refused(books: Books, wrong: dict[str, Any]) -> None:
    body = {"product_id": str(uuid4()), "display_name": "M", "currency": "EUR", "recurring_minor": 1}

    answer = await books.provider.http.post("/api/billing/plans", json=body | wrong, headers=key())

    assert answer.status_code == 422


async def test_a_customer_publishes_no_prices(books: Books) -> None:
    admin = await books.admin(await books.customer())
    body = {"product_id": str(uuid4()), "display_name": "M", "currency": "EUR", "recurring_minor": 1}

    answer = await admin.http.post("/api/billing/plans", json=body, headers=key())

    assert answer.status_code == 403


MANY = """
INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
                      number, series, series_year, sequence, issued_on, due_on, issued_at, seller, buyer, version)
SELECT gen_random_uuid(), workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
       'INV-2027-' || lpad(n::text, 6, '0'), series, series_year, n, issued_on - n / 100, due_on, issued_at,
       '{}', '{}', 1
FROM invoices, generate_series(2, 20000) n
"""


async def test_the_page_of_invoices_reads_no_more_than_it_shows_however_many_there_are(books: Books) -> None:
    customer, _ = await books.invoiced()
    async with books.running.database.owner.begin() as session:
        await session.execute(text(MANY))
    async with books.running.database.owner.begin() as session:
        await session.execute(text("ANALYZE invoices"))

    # As the role that serves requests: row security must not keep the index from being used.
    async with books.running.database.api.begin() as session:
        await set_scope(session, workspace_id=customer)
        connection = (await (await session.connection()).get_raw_connection()).driver_connection
        assert connection is not None
        values = (customer, *decode_cursor(encode_cursor("2026-12-01", "INV-2027-004000"), tuple[date, str]))
        plan = await connection.fetch("EXPLAIN ANALYZE " + INVOICE_PAGE, *values, books.now.date(), None, None, 21)

    words = "\n".join(row[0] for row in plan)
    assert "Index Scan Backward using ix_invoices_page" in words
    assert "Sort" not in words
    assert "Rows Removed" not in words
