"""Mails to the person who began a payment."""

from uuid import uuid4

import pytest

from services.billing.gateways.port import DECLINED
from services.billing.payments.models import EXPIRED, UNANSWERED
from services.notifications.mails.payments import METHODS, NOT_SAID, REASONS
from shared.events.billing import PaymentFailed, PaymentSucceeded
from tests.notifications.harness import NotificationsHarness, billing_contact, person
from tests.notifications.invoicing import paid, payment
from tests.notifications.mail_server import html_of, text_of


async def test_whoever_began_a_payment_that_failed_is_told_why_and_can_try_again(
    notifications: NotificationsHarness,
) -> None:
    failed = payment(PaymentFailed, reason="insufficient_funds")
    await notifications.hear(person(), billing_contact(uuid4(), "ap@northwind.example"))

    await notifications.hear(failed, failed)
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Tom Becker <tom@meridian.example>"
    assert mail["Subject"] == "Your payment of €1,840.00 failed"
    said = " ".join(text_of(mail).split())
    assert "Your payment of €1,840.00 for invoice LC-2026-000042 of Northwind Logistics did not go through." in said
    assert "There was not enough money in the account." in said
    assert "The invoice is still open." in said
    page = f"https://portal.larkspur.example/w/northwind/billing/invoices/{failed.invoice_id}"
    assert f"Pay the invoice: {page}" in said
    assert f'href="{page}"' in html_of(mail)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [*REASONS.items(), ("E-4711: CARD_BLOCKED", NOT_SAID), ("do_not_honor_05", NOT_SAID), ("", NOT_SAID)],
)
async def test_a_reason_is_a_sentence_and_never_the_word_of_a_gateway(
    notifications: NotificationsHarness, reason: str, sentence: str
) -> None:
    await notifications.hear(person(), payment(PaymentFailed, reason=reason))

    await notifications.send()

    [mail] = notifications.server.mails
    said = text_of(mail).partition("Pay the invoice:")[0]
    assert f"\n{sentence}\n" in said
    assert "_" not in said
    assert reason not in REASONS or sentence != NOT_SAID


def test_there_is_a_sentence_for_every_reason_of_billing() -> None:
    assert {*DECLINED, EXPIRED, UNANSWERED} <= set(REASONS)


async def test_a_payment_that_nobody_is_known_to_have_begun_is_mailed_to_nobody(
    notifications: NotificationsHarness,
) -> None:
    events = [payment(PaymentFailed, reason="declined", begun_by=None), payment(PaymentSucceeded, begun_by=None)]

    await notifications.hear(person(), *events)

    assert await notifications.deliveries() == []


async def test_whoever_paid_is_told_that_the_money_has_come(notifications: NotificationsHarness) -> None:
    group = uuid4()
    received = payment(PaymentSucceeded, bill_group_id=group)
    await notifications.hear(person(), billing_contact(group, "ap@northwind.example"))

    await notifications.hear(received, paid(group))
    await notifications.send()

    assert len(notifications.server.to("ap@northwind.example")) == 1, "the receipt"
    [mail] = notifications.server.to("tom@meridian.example")
    assert mail["Subject"] == "Your payment of €1,840.00 was received"
    assert "Payment method: Card" in text_of(mail)
    assert f"/w/northwind/billing/invoices/{received.invoice_id}" in text_of(mail)


@pytest.mark.rule("D23")
@pytest.mark.parametrize("address", ["tom@meridian.example", "Tom@Meridian.Example"])
async def test_whoever_gets_the_receipt_gets_no_second_mail(notifications: NotificationsHarness, address: str) -> None:
    group = uuid4()
    await notifications.hear(person(), billing_contact(group, "old@northwind.example"))
    await notifications.hear(payment(PaymentSucceeded, bill_group_id=group), paid(group))

    await notifications.hear(billing_contact(group, address, version=2))
    await notifications.send()

    assert notifications.server.subjects == ["Invoice LC-2026-000042 is paid"], "decided when it is sent"
    assert sorted(await notifications.deliveries("topic, state")) == [
        ("invoice_paid", "sent"),
        ("payment_received", "suppressed"),
    ]


@pytest.mark.parametrize("group", [None, uuid4()])
async def test_without_a_billing_contact_whoever_paid_is_told(
    notifications: NotificationsHarness, group: object
) -> None:
    await notifications.hear(person(), payment(PaymentSucceeded, bill_group_id=group))

    await notifications.send()

    assert notifications.server.subjects == ["Your payment of €1,840.00 was received"]


@pytest.mark.parametrize("method", [*METHODS, None])
async def test_a_method_is_said_in_words_or_not_at_all(notifications: NotificationsHarness, method: str | None) -> None:
    await notifications.hear(person(), payment(PaymentSucceeded, method=method))

    await notifications.send()

    [mail] = notifications.server.mails
    assert ("Payment method:" in text_of(mail)) is (method is not None)
    assert "_" not in text_of(mail).partition("View the invoice:")[0]
