"""Documents for the mails about invoices: sent once per event, as it was issued, whatever becomes of a worker."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.billing import jobs
from services.billing.invoices import sending
from services.notifications.messages.schemas import InvoiceDocumentMail
from tests.billing.gateway import tell
from tests.billing.harness import BillingHarness


async def sent(billing: BillingHarness) -> list[dict[str, Any]]:
    """The commands in the outbox, oldest first."""
    found = await billing.rows(
        "SELECT body::jsonb AS body, exchange, routing_key, expires_at - created_at AS life FROM outbox"
        " WHERE exchange = 'billing.commands' ORDER BY id"
    )
    for row in found:
        assert row["routing_key"] == "notifications.on.invoice_document"
        assert timedelta(days=2, hours=23) < row["life"] <= timedelta(days=3)
        InvoiceDocumentMail.model_validate(row["body"])
    return [row["body"] for row in found]


async def publish_all(billing: BillingHarness) -> None:
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE outbox SET published_at = now()"))


async def send_all(billing: BillingHarness) -> None:
    while await jobs.send_documents(billing.job):
        pass


@pytest.mark.rule("D21")
async def test_an_invoice_that_is_issued_and_paid_is_sent_for_both_mails(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    await send_all(billing)
    admin = await billing.admin(customer)
    begun = (await billing.pay(admin, invoice)).json()
    await tell(billing, customer, begun, "payment_succeeded")
    await send_all(billing)

    [issued], [paid] = [await billing.events(name, customer) for name in ("invoice_issued", "invoice_paid")]
    printed = (await admin.http.get(f"/api/billing/invoices/{invoice['id']}/pdf")).content
    commands = await sent(billing)
    assert [command["event_id"] for command in commands] == [issued["event_id"], paid["event_id"]]
    for command in commands:
        assert command.keys() == {"event_id", "workspace_id", "invoice_id", "filename", "content"}
        assert (command["workspace_id"], command["invoice_id"]) == (str(customer), str(invoice["id"]))
        assert command["filename"] == "INV-2027-000001.pdf"
        assert base64.b64decode(command["content"]) == printed
    assert await billing.rows("SELECT * FROM invoice_documents") == []


async def test_workers_that_work_at_once_and_one_that_died_send_each_document_once(billing: BillingHarness) -> None:
    for _ in range(4):
        await billing.invoiced()
    async with billing.running.runtime.worker_sessions.begin() as session:
        assert len(await sending.claim_documents(billing.job, session)) == 4  # and this worker dies
    assert await jobs.send_documents(billing.job) == 0
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE invoice_documents SET due_at = now()"))

    await asyncio.gather(*(send_all(billing) for _ in range(3)))

    assert len({command["event_id"] for command in await sent(billing)}) == len(await sent(billing)) == 4


async def test_a_document_that_cannot_be_printed_or_is_too_large_does_not_keep_the_mail(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await billing.invoiced()
    monkeypatch.setattr(sending, "LARGEST", 100)
    await send_all(billing)
    await billing.invoiced()
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE invoice_documents SET tries = 5"))

    await send_all(billing)

    assert [command["content"] for command in await sent(billing)] == [None, None]


async def test_documents_wait_while_the_outbox_is_long(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await billing.invoiced()
    monkeypatch.setattr(sending, "MOST_WAITING", 3)

    assert await jobs.send_documents(billing.job) == 0
    await publish_all(billing)
    assert await jobs.send_documents(billing.job) == 1
