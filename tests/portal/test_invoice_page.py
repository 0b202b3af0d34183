"""An invoice's page: its parties and lines in words, and what became of the attempts to pay it."""

import re

import pytest

from services.billing.gateways.port import DECLINED
from services.billing.payments.models import GIVEN_UP
from services.portal.billing.attempts import REASONS
from tests.portal.browsing import Visit
from tests.portal.business import INVOICES, attempt
from tests.portal.fake_services import FakeServices

INVOICE = f"/w/northwind/billing/invoices/{INVOICES[1]['id']}"
WORDS = {
    "en-GB": ("20 of 31 days of US$775.00 per month", "Tax 19 %", "Attn. Jonas Weber", "VAT DE314159265"),
    "de-DE": ("20 von 31 Tagen zu 775,00\xa0$ pro Monat", "Steuer 19 %", "z. Hd. Jonas Weber", "USt-IdNr. DE314159265"),
}
MACHINE_WORDS = re.compile(r"[a-z]+_[a-z_]+|do_not_honor")


async def shown(visit: Visit, language: str = "en-GB") -> str:
    page = await visit("jonas", **{"Accept-Language": language}).get(INVOICE)
    assert page.status_code == 200
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page.text.partition("<main")[2]).split())


@pytest.mark.parametrize("language", list(WORDS))
async def test_an_invoice_says_whose_it_is_and_how_its_amounts_follow(visit: Visit, language: str) -> None:
    page = await shown(visit, language)

    for text in (*WORDS[language], "14 Observatory Lane", "20457 Hamburg", "PO-88213", "NL91 EXMP 0417", "C-1042"):
        assert text.replace("\xa0", " ") in page
    assert "Port to the warehouse Dedicated port" in page


async def test_nobody_has_tried_to_pay_yet(visit: Visit) -> None:
    page = await shown(visit)

    assert "Attempts to pay" not in page
    assert "Pay US$16,720.00" in page


@pytest.mark.parametrize("language", list(WORDS))
@pytest.mark.parametrize("reason", [*DECLINED, *sorted(GIVEN_UP), "do_not_honor_05", "", None])
async def test_a_failed_payment_says_why_in_words(
    visit: Visit, fakes: FakeServices, reason: str | None, language: str
) -> None:
    fakes.payments = [attempt("payment", "failed", reason, minutes=1)]

    page = await shown(visit, language)

    assert {"en-GB": "The payment was not received.", "de-DE": "Die Zahlung ist nicht eingegangen."}[language] in page
    assert MACHINE_WORDS.search(page.partition("Total")[0].partition("Summe")[0]) is None
    assert MACHINE_WORDS.search(page.partition("jonas@")[2][:300]) is None


def test_there_are_words_for_every_reason_that_billing_knows() -> None:
    assert set(REASONS) == {*DECLINED, *GIVEN_UP, "dispute_lost"}


async def test_a_declined_payment_can_be_tried_again(visit: Visit, fakes: FakeServices) -> None:
    fakes.payments = [
        attempt("second", "failed", "insufficient_funds", minutes=1),
        attempt("first", "failed", "expired", None, days=1),
    ]

    page = await shown(visit)

    assert "There was not enough money on the account." in page
    assert "US$16,720.00 · Card" in page
    assert "US$16,720.00 · Online payment" in page
    for state in ("Declined", "Expired", "Pay US$16,720.00", "jonas@ northwind.example"):
        assert state in page


async def test_a_payment_that_is_processed_is_not_begun_a_second_time(visit: Visit, fakes: FakeServices) -> None:
    fakes.payments = [attempt("payment", "processing", method="direct_debit", minutes=1)]

    page = await shown(visit)

    assert "This page updates itself, and a mail follows" in page
    assert "Direct debit" in page
    assert "Pay US$" not in page


async def test_who_left_the_payment_page_can_go_on(visit: Visit, fakes: FakeServices) -> None:
    fakes.payments = [attempt("payment", "requires_action", method=None, minutes=1)]

    page = await shown(visit)

    assert "A payment was begun and is not finished." in page
    assert "Pay US$16,720.00" in page


async def test_a_received_payment_and_a_second_one_are_told(visit: Visit, fakes: FakeServices) -> None:
    fakes.invoice_paid = True
    fakes.payments = [attempt("payment", "succeeded", minutes=1)]
    once = await shown(visit)
    fakes.payments = [
        attempt("late", "succeeded", method="bank_transfer", minutes=1) | {"paid_minor": 0},
        *fakes.payments,
    ]
    twice = await shown(visit)

    assert "The payment was received. US$16,720.00, Card." in once
    assert "Pay US$" not in once
    assert "More than one payment was received." in twice
    assert "US$16,720.00 of it paid other invoices, or became credit." in twice
