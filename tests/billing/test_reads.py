"""What billing answers to reads: the documented shape, and no more work than the answer needs."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.billing.invoices.listing import _IN_STATUS, list_invoices
from services.billing.invoices.schemas import InvoicesQuery, StatusFilter
from shared.scope import EVERYWHERE
from tests.billing.harness import BillingHarness, key
from tests.contracts.openapi import check_answer, operation_at
from tests.harness.explaining import Explained, visiting
from tests.harness.services import Caller

CONTACT = {"address": "accounts@northwind.example", "display_name": "Accounts", "city": "Hamburg"}


async def answered(caller: Caller, path: str) -> Any:
    """The body of an answer that fits billing's document."""
    answer = await caller.http.get(f"/api/billing/{path}")
    assert answer.status_code == 200, answer.text
    check_answer(operation_at("GET", answer.url.path), 200, answer.headers, answer.content)
    return answer.json()


async def test_every_read_fits_the_document_with_values_and_without(billing: BillingHarness) -> None:
    customer, stored = await billing.invoiced(one_off=5_000)
    admin = await billing.admin(customer)
    await billing.subscribed(customer, await billing.plan(), delay_days=15)
    await billing.hear(billing.order(customer, await billing.plan(7_000)))
    payment = (await billing.pay(admin, stored)).json()
    [group] = await answered(admin, "bill-groups")
    await admin.http.put(f"/api/billing/bill-groups/{group['id']}/contacts/shipping", json=CONTACT)

    [group] = await answered(admin, "bill-groups")
    page = await answered(admin, "subscriptions?limit=2")
    rest = await answered(admin, f"subscriptions?cursor={page['next']}")
    [invoice] = (await answered(admin, "invoices"))["items"]
    detail = await answered(admin, f"invoices/{stored['id']}")

    assert (group["contacts"]["billing"], group["contacts"]["shipping"]["city"]) == (None, "Hamburg")
    assert [one["clock"] for one in page["items"] + rest["items"]].count("started") == 1
    assert {one["status"] for one in page["items"] + rest["items"]} == {"active", "pending"}
    assert rest["next"] is None
    assert detail | invoice == detail
    assert [line["kind"] for line in detail["lines"]] == ["one_off", "recurring"]
    assert await answered(admin, f"payments/{payment['id']}") == payment
    assert await answered(admin, "spend")
    assert (await answered(billing.provider, "plans"))["items"]
    assert await answered(await billing.admin(uuid4()), "bill-groups") == []


async def test_the_subscription_of_a_service_is_found_alone(billing: BillingHarness) -> None:
    customer, other = await billing.customer(), await billing.customer()
    placed = await billing.subscribed(customer, await billing.plan())
    await billing.subscribed(customer, await billing.plan())
    admin = await billing.admin(customer)

    found = await answered(admin, f"subscriptions?service_id={placed.service_id}")
    elsewhere = await answered(await billing.admin(other), f"subscriptions?service_id={placed.service_id}")

    [group] = {one["bill_group_id"] for one in found["items"]}
    of_group = f"subscriptions?service_id={placed.service_id}&bill_group_id="

    assert [one["service_id"] for one in found["items"]] == [str(placed.service_id)]
    assert (await answered(admin, f"{of_group}{group}"))["items"] == found["items"]
    assert (await answered(admin, f"{of_group}{uuid4()}"))["items"] == []
    assert len((await answered(admin, f"subscriptions?bill_group_id={group}"))["items"]) == 2
    assert (await answered(admin, f"subscriptions?bill_group_id={uuid4()}"))["items"] == []
    assert elsewhere["items"] == []


def explained(billing: BillingHarness, workspace_id: UUID) -> Explained:
    return Explained(billing.running.runtime.pool, visiting(workspace_id, EVERYWHERE))


async def published(billing: BillingHarness, product_id: UUID, *names: str) -> None:
    for name in names:
        body = {"product_id": str(product_id), "display_name": name, "currency": "EUR", "recurring_minor": 1_000}
        answer = await billing.provider.http.post("/api/billing/plans", json=body, headers=key())
        assert answer.status_code == 201, answer.text


async def test_the_plans_of_some_products_are_listed_by_name_page_by_page(billing: BillingHarness) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    await published(billing, first, "Monthly", "Yearly")
    await published(billing, second, "Biennial", "Monthly")
    await published(billing, third, "Weekly")
    wanted = f"product_id={first}&product_id={second}"

    page = await answered(billing.provider, f"plans?{wanted}&limit=3")
    rest = await answered(billing.provider, f"plans?{wanted}&limit=3&cursor={page['next']}")
    one = await answered(billing.provider, f"plans?product_id={third}")
    refused = await billing.provider.http.get("/api/billing/plans", params={"product_id": [str(uuid4())] * 51})

    names = [(plan["display_name"], plan["product_id"]) for plan in page["items"] + rest["items"]]
    assert names[0] == ("Biennial", str(second))
    assert set(names[1:3]) == {("Monthly", str(first)), ("Monthly", str(second))}
    assert names[3:] == [("Yearly", str(first))]
    assert [plan["display_name"] for plan in one["items"]] == ["Weekly"]
    assert refused.status_code == 422


async def test_overdue_invoices_are_listed_by_due_date_page_by_page(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    billing.move_to(billing.now + timedelta(days=31 * 5))
    await billing.run_jobs()
    async with billing.running.database.owner.begin() as session:  # of two groups with terms of their own
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text("UPDATE invoices SET issued_on = '2027-01-01', due_on = date '2027-01-20' - sequence")
        )
    admin = await billing.admin(customer)

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await answered(admin, f"invoices?status=overdue&limit=4&cursor={cursor}")
        seen, cursor = seen + [invoice["due_on"] for invoice in page["items"]], page["next"]

    assert len(seen) == 6
    assert seen == sorted(seen, reverse=True)


MANY = """
INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
                      number, series, series_year, sequence, issued_on, due_on, issued_at, seller, buyer, version)
SELECT gen_random_uuid(), workspace_id, CASE n % 5 WHEN 0 THEN bill_group_id ELSE gen_random_uuid() END,
       CASE n % 6 WHEN 0 THEN 'paid' WHEN 3 THEN 'paid' WHEN 1 THEN 'partially_paid' ELSE 'open' END, currency,
       net_minor, tax_minor, total_minor,
       CASE n % 6 WHEN 0 THEN total_minor WHEN 3 THEN total_minor WHEN 1 THEN 1 ELSE 0 END,
       'INV-2027-' || lpad(n::text, 6, '0'), series, series_year, n, issued_on - n / 100, due_on - n / 100, issued_at,
       '{}', '{}', 1
FROM invoices, generate_series(2, 20000) n
"""


ASKED = [
    {"status": status, "sort": sort, "bill_group_id": group, "count": count, "descending": descending, "limit": 20}
    for status, sort, group, count, descending in product(
        [None, *StatusFilter], ["issued_on", "due_on", "total"], [False, True], [False, True], [True, False]
    )
    if status != StatusFilter.overdue or sort == "due_on"
] + [{"from": date(2026, 12, 1), "to": date(2026, 12, 31), "status": status, "limit": 20} for status in (None, "paid")]


async def test_a_page_of_invoices_reads_no_more_than_it_shows_however_many_there_are(billing: BillingHarness) -> None:
    customer, stored = await billing.invoiced()
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # the other groups do not exist
        await session.execute(text(MANY))
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("ANALYZE invoices"))

    for asked in ASKED:
        group = stored["bill_group_id"] if asked.get("bill_group_id") else None
        query = InvoicesQuery.model_validate(asked | {"bill_group_id": group})
        read = explained(billing, customer)
        page = await list_invoices(read, query, today=billing.now.date())

        several = len(_IN_STATUS[query.status]) if query.status else 3  # each of open, partially paid and paid
        assert len(page["items"]) == 20, asked
        most = several * 21 + 20 + (1_001 if query.count else 0)
        assert sum(read.gone_through.values()) <= most, (asked, read.gone_through)
