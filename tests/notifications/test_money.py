"""Mails to people whose role may not see money."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from services.notifications.deliveries.queueing import fact_of
from services.notifications.topics import Topic
from shared.events import Actor
from shared.events.billing import PaymentFailed, PaymentSucceeded
from shared.outbox import Cause
from tests.notifications.harness import (
    CUSTOMER,
    PARTNER,
    PROVIDER,
    TOM,
    NotificationsHarness,
    billing_contact,
    contact,
    invoice,
    person,
)
from tests.notifications.invoicing import long_overdue, overdue, paid, payment


@pytest.mark.rule("P21")
@pytest.mark.parametrize("topic", Topic)
async def test_only_mails_about_money_have_facts_with_money(notifications: NotificationsHarness, topic: Topic) -> None:
    issued = invoice(uuid4())
    async with notifications.database.worker.begin() as session:
        session.info["cause"] = Cause(Actor(), issued.occurred_at)

        fact = fact_of(session, topic, issued)

    assert ("total_minor" in fact.facts) is topic.row.about_money
    assert fact.facts["number"] == issued.number


@pytest.mark.rule("P21")
async def test_mails_about_money_go_to_those_who_pay_and_to_the_provider(notifications: NotificationsHarness) -> None:
    group = uuid4()
    switched_on = [contact(workspace_id=workspace) for workspace in (PROVIDER, PARTNER, CUSTOMER)]
    await notifications.hear(person(), billing_contact(group, "ap@northwind.example"), *switched_on)

    await notifications.hear(
        invoice(group), paid(group), overdue(group), long_overdue(group), payment(PaymentFailed, reason="declined"),
        payment(PaymentSucceeded),
    )  # fmt: skip

    async with notifications.database.owner() as session:
        told = await session.execute(text("SELECT topic, recipient_kind, recipient_id FROM messages"))

    assert {(Topic(row.topic), row.recipient_kind, row.recipient_id) for row in told} == {
        (Topic.invoice_issued, "billing_contact", group),
        (Topic.invoice_paid, "billing_contact", group),
        (Topic.invoice_overdue, "billing_contact", group),
        (Topic.invoice_long_overdue, "admin_contact", switched_on[0].contact_id),
        (Topic.payment_failed, "user", TOM),
        (Topic.payment_received, "user", TOM),
    }
