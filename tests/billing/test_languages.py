"""Invoices are in the language that the buyer has when they are issued, the payment page in the browser's."""

import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from shared.language import Localisation, formats, localised_for
from tests.billing.harness import BillingHarness
from tests.harness.services import Caller, Running

SELLER = {"seller_address": "Ring 1|1010 Wien", "seller_vat_number": "ATU1", "seller_bank_account": "AT00 1234",
          "seller_registration_number": "FN 7"}  # fmt: skip
CONTACT = {"address": "accounts@northwind.example", "display_name": "Anna Kühn", "city": "Hamburg"}
LEFT_OUT = ("Invoice", "Issued", "From", "Billed", "Attn", "VAT", "Reg.", "reference", "Account", "Quantity", "price",
            "Tax", "Net ", "One time", "set-up", "Total", "How to", "sign in", "transfer")  # fmt: skip


@pytest.fixture
async def full(run: Callable[..., Awaitable[Running]]) -> BillingHarness:
    """Billing with all that a seller can say of itself."""
    return await BillingHarness.open(await run("billing", gateway_secret="only-for-tests", tax_percent=20, **SELLER))


async def pdf(admin: Caller, invoice: dict[str, Any]) -> bytes:
    answer = await admin.http.get(f"/api/billing/invoices/{invoice['id']}/pdf")
    assert answer.status_code == 200, answer.text
    return answer.content


def words_of(document: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(document)).pages[0].extract_text().split())


async def change_language(billing: BillingHarness, customer: UUID, locale: str, version: int) -> None:
    await billing.hear(billing.workspace(customer, locale=locale, subject_version=version))


@pytest.mark.rule("D28", "D20")
async def test_a_german_buyer_gets_a_german_invoice(full: BillingHarness) -> None:
    customer = await full.customer(locale="de-DE")
    admin = await full.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()
    await admin.http.put(f"/api/billing/bill-groups/{group['id']}/contacts/billing", json=CONTACT)
    await full.subscribed(customer, await full.plan(100_050, one_off=5_000), quantity=2)
    await full.run_jobs()
    [invoice] = await full.invoices(customer)

    document = await pdf(admin, invoice)

    words = words_of(document)
    for expected in (
        "Rechnung INV-2027-000001",
        "RECHNUNGSSTELLER",
        "USt-IdNr. ATU1 Registernr. FN 7",
        "RECHNUNGSEMPFÄNGER",
        "z. Hd. Anna Kühn",
        "AUSGESTELLT 10.01.2027",
        "FÄLLIG 24.01.2027",
        "KUNDENNUMMER C-1042",
        "Port 10 Gbps, Einrichtung Einmalig, 10.01.2027 2 50,00 EUR 20 % 100,00 EUR",
        "Port 10 Gbps 10.01.2027 – 09.02.2027 2 1.000,50 EUR 20 % 2.001,00 EUR",
        "Steuer 20 % 420,20 EUR",
        "Zu zahlen 2.521,20 EUR",
        "2.521,20 EUR bis zum 24.01.2027",
        "Überweisung auf das Konto AT00 1234",
    ):
        assert expected in words
    assert [word for word in LEFT_OUT if word.lower() in words.lower()] == []
    reader = PdfReader(io.BytesIO(document))
    assert str(reader.root_object["/Lang"]) == "de"
    assert reader.metadata is not None
    assert reader.metadata.title == "Rechnung INV-2027-000001"


@pytest.mark.rule("D21", "O28")
async def test_an_invoice_stays_in_its_language_when_the_buyers_changes(billing: BillingHarness) -> None:
    customer = await billing.customer(locale="de-AT")
    await billing.subscribed(customer, await billing.plan())
    await billing.run_jobs()
    admin = await billing.admin(customer)
    [german] = await billing.invoices(customer)
    first = await pdf(admin, german)

    await change_language(billing, customer, "en-GB", 2)
    billing.move_to(billing.now + timedelta(days=31))
    await billing.run_jobs()

    _, english = await billing.invoices(customer)
    assert await pdf(admin, german) == first
    assert "10.01.2027 – 09.02.2027" in words_of(first)
    assert "10 Feb 2027 – 9 Mar 2027" in words_of(await pdf(admin, english))


async def test_an_invoice_from_before_languages_is_british_as_it_was(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("ALTER TABLE invoices DISABLE TRIGGER USER"))
        await session.execute(text("UPDATE invoices SET buyer = buyer - 'locale', document = NULL"))
        await session.execute(text("ALTER TABLE invoices ENABLE TRIGGER USER"))

    words = words_of(await pdf(await billing.admin(customer), invoice))

    assert "ISSUED 10 Jan 2027" in words
    assert "Total due EUR 1,200.00" in words


@pytest.mark.rule("D28")
async def test_the_payment_page_is_in_the_browsers_language(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    begun = (await billing.pay(await billing.admin(customer), invoice)).json()

    page = await billing.running.http().get(
        await billing.page(begun["pay_url"]), headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}
    )

    assert '<html lang="de-DE" dir="ltr">' in page.text
    assert "Rechnung INV-2027-000001" in page.text
    assert '<p class="amount">1.200,00\xa0€</p>' in page.text
    assert [word for word in ("Pay", "Decline", "Close", "Invoice", "Simulated") if f">{word}" in page.text] == []


@pytest.mark.rule("D20")
@pytest.mark.parametrize(
    ("tag", "minor", "currency", "words"),
    [
        ("en-US", 123_456, "EUR", "EUR 1,234.56"),
        ("en-US", 1_234, "JPY", "JPY 1,234"),
        ("en-US", 1_234, "KWD", "KWD 1.234"),
        ("en-US", -5, "USD", "-USD 0.05"),
        ("de-DE", 123_456, "EUR", "1.234,56\xa0EUR"),
        ("de-CH", 123_456, "CHF", "CHF\xa01’234.56"),
    ],
)
def test_an_amount_of_a_document_has_the_code_and_the_places_of_its_currency(
    tag: str, minor: int, currency: str, words: str
) -> None:
    with localised_for(Localisation(tag)):
        assert formats.money_by_code(minor, currency) == words
