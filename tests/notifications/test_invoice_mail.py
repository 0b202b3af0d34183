"""Mails to the billing contact."""

from datetime import timedelta
from uuid import uuid4

from shared.events.billing import InvoicePaid
from tests.notifications.harness import CUSTOMER, NotificationsHarness, billing_contact, invoice
from tests.notifications.mail_server import html_of, text_of


async def test_the_billing_contact_gets_one_mail_with_amount_date_and_page(notifications: NotificationsHarness) -> None:
    group, other = uuid4(), uuid4()
    issued = invoice(group)
    await notifications.hear(
        billing_contact(group, "ap@northwind.example"), billing_contact(other, "not@northwind.example")
    )

    await notifications.hear(issued, issued)
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Accounts Payable <ap@northwind.example>"
    assert mail["Subject"] == "Invoice LC-2026-000042: €1,840.00 due on December 6, 2026"
    page = f"https://portal.larkspur.example/w/northwind/billing/invoices/{issued.invoice_id}"
    assert page in text_of(mail)
    assert f'href="{page}"' in html_of(mail)


async def test_a_receipt_follows_the_payment(notifications: NotificationsHarness) -> None:
    group = uuid4()
    await notifications.hear(billing_contact(group, "ap@northwind.example"))

    said = {"number": "LC-2026-000042", "total_minor": 1250, "currency": "JPY"}
    await notifications.hear(InvoicePaid(workspace_id=CUSTOMER, invoice_id=uuid4(), bill_group_id=group, **said))
    await notifications.send()

    assert notifications.server.subjects == ["Invoice LC-2026-000042 is paid"]
    assert "Total: ¥1,250" in text_of(notifications.server.mails[0]), "a yen has no smaller part"


async def test_a_mail_waits_for_a_contact_that_is_not_known_yet(notifications: NotificationsHarness) -> None:
    group = uuid4()
    await notifications.hear(invoice(group))
    await notifications.send()
    assert await notifications.deliveries("state, reason") == [("deferred", "Not known yet: the billing_contact.")]

    await notifications.hear(billing_contact(group, "ap@northwind.example"))
    await notifications.send(after=timedelta(seconds=6))

    assert len(notifications.server.to("ap@northwind.example")) == 1
    assert await notifications.deliveries() == ["sent"]
