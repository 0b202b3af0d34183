"""Mails to people whose role may not see money."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from services.notifications.deliveries.queueing import fact_of
from services.notifications.topics import ABOUT_MONEY, Topic
from shared.events import Actor
from shared.outbox import Cause
from tests.notifications.harness import NotificationsHarness, billing_contact, invoice


@pytest.mark.rule("P21")
@pytest.mark.parametrize("topic", Topic)
async def test_only_mails_about_money_have_facts_with_money(notifications: NotificationsHarness, topic: Topic) -> None:
    issued = invoice(uuid4())
    async with notifications.database.worker.begin() as session:
        session.info["cause"] = Cause(Actor(), issued.occurred_at)

        fact = fact_of(session, topic, issued)

    assert ("total_minor" in fact.facts) is (topic in ABOUT_MONEY)
    assert fact.facts["number"] == issued.number


@pytest.mark.rule("P21")
async def test_mails_about_money_go_to_billing_contacts_alone(notifications: NotificationsHarness) -> None:
    group = uuid4()
    await notifications.hear(billing_contact(group, "ap@northwind.example"), invoice(group))

    async with notifications.database.owner() as session:
        kinds = await session.execute(text("SELECT topic, recipient_kind FROM messages"))

    assert {(row.topic in ABOUT_MONEY, row.recipient_kind) for row in kinds} == {(True, "billing_contact")}
