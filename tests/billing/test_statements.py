"""An invoice explains itself: what each line is for, which days, and how its amount follows from the price."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.billing.invoices.document import template_data
from services.billing.invoices.models import Invoice, InvoiceLine
from services.billing.money import Money
from services.billing.periods import next_period
from tests.billing.harness import BillingHarness


async def statement(billing: BillingHarness, customer: UUID, number: int = -1) -> dict[str, Any]:
    stored = (await billing.invoices(customer))[number]
    answer = await (await billing.admin(customer)).http.get(f"/api/billing/invoices/{stored['id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def printed(billing: BillingHarness, customer: UUID, number: int = -1) -> tuple[bytes, str]:
    stored = (await billing.invoices(customer))[number]
    answer = await (await billing.admin(customer)).http.get(f"/api/billing/invoices/{stored['id']}/pdf")
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return answer.content, " ".join(words.split())


async def joined_late(billing: BillingHarness, locale: str, **plan: int) -> UUID:
    """A customer whose second service starts between two billing dates, and is billed on the next one."""
    customer = await billing.customer(locale=locale)
    await billing.subscribed(customer, await billing.plan())
    await billing.run_jobs()
    billing.move_to(billing.now + timedelta(days=15))
    await billing.subscribed(customer, await billing.plan(85_000, **plan), display_name="Web frontend", quantity=2)
    billing.move_to(billing.now + timedelta(days=16))
    await billing.run_jobs()
    return customer


@pytest.mark.rule("D20")
async def test_a_line_for_a_part_of_a_month_says_how_its_amount_follows(billing: BillingHarness) -> None:
    customer = await joined_late(billing, "en-GB", one_off=2_500)

    invoice, (_, words) = await statement(billing, customer), await printed(billing, customer)

    _, once, part, whole = invoice["lines"]
    assert (once["interval_months"], once["days"], once["whole_days"]) == (None, None, None)
    assert (part["interval_months"], part["days"], part["whole_days"], part["net_minor"]) == (1, 16, 31, 87_742)
    assert (whole["period_from"], whole["days"], whole["net_minor"]) == ("2027-02-10", 28, 170_000)
    assert "Web frontend, set-up Port 10 Gbps One time, 25 Jan 2027 2" in words
    assert (
        "Web frontend Port 10 Gbps 25 Jan 2027 – 9 Feb 2027: 16 of 31 days of EUR 850.00 per month 2 EUR 850.00"
    ) in words


async def test_it_says_so_in_the_buyers_language(billing: BillingHarness) -> None:
    customer = await joined_late(billing, "de-DE", months=24)

    _, words = await printed(billing, customer)

    assert "25.01.2027 – 09.02.2027: 16 von 730 Tagen zu 850,00 EUR alle 24 Monate" in words


async def test_a_line_for_a_whole_interval_says_its_days_alone(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()

    [line] = (await statement(billing, customer))["lines"]
    _, words = await printed(billing, customer)

    assert (line["days"], line["whole_days"]) == (31, 31)
    assert "days of" not in words


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400), st.sampled_from([1, 3, 12]),
       st.integers(0, 10**9), st.integers(1, 9))  # fmt: skip
def test_what_a_line_says_gives_its_amount(anchor: date, later: int, months: int, price: int, quantity: int) -> None:
    period = next_period(anchor, anchor + timedelta(days=later), months)

    net = Money(price, "EUR") * quantity * period.share

    assert 0 < period.days <= period.whole_days
    assert abs(net.minor * period.whole_days - price * quantity * period.days) * 2 <= period.whole_days


@pytest.mark.rule("D21")
async def test_what_an_invoice_says_is_fixed_at_issue(billing: BillingHarness) -> None:
    customer, stored = await billing.invoiced()
    first, _ = await printed(billing, customer)

    with pytest.raises(IntegrityError, match="cannot change"):
        async with billing.running.database.owner.begin() as session:
            await session.execute(text("UPDATE invoices SET document = '{}', version = version + 1"))
    async with billing.running.database.owner.begin() as session:  # whatever else a later version would word otherwise
        await session.execute(text("ALTER TABLE invoices DISABLE TRIGGER USER"))
        await session.execute(text("""UPDATE invoices SET buyer = buyer || '{"name": "Renamed", "locale": "de-DE"}'"""))
        await session.execute(text("ALTER TABLE invoices ENABLE TRIGGER USER"))

    assert stored["document"]["title"] == "Invoice INV-2027-000001"
    assert (await printed(billing, customer))[0] == first


def test_a_line_from_before_its_share_was_stored_says_its_days() -> None:
    party = dict.fromkeys(("vat_number", "registration_number", "bank_account", "pay_at", "po_number", "attention"), "")
    party |= {"name": "N", "account_number": "C-1", "postal_lines": []}
    line = InvoiceLine(
        kind="recurring", description="Port", product_name="", period_from=date(2026, 1, 5),
        period_to=date(2026, 1, 9), quantity=1, currency="EUR", unit_minor=100, net_minor=16, tax_percent=0,
        tax_minor=0,
    )  # fmt: skip
    invoice = Invoice(
        number="INV-1", currency="EUR", issued_on=line.period_from, due_on=line.period_to, net_minor=16, tax_minor=0,
        total_minor=16, seller=party, buyer=party | {"locale": "en-GB"}, lines=[line],
    )  # fmt: skip

    assert template_data(invoice)["rows"][0]["period"] == "5 Jan 2026 – 9 Jan 2026"
