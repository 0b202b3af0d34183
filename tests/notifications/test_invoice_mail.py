"""What the billing contact gets."""

from datetime import timedelta
from uuid import uuid4

from shared.events.billing import InvoicePaid
from tests.notifications.mail_server import html_of, text_of
from tests.notifications.office import CUSTOMER, Office, billing_contact, invoice


async def test_the_billing_contact_gets_one_mail_with_amount_date_and_page(office: Office) -> None:
    group, other = uuid4(), uuid4()
    issued = invoice(group)
    await office.hear(billing_contact(group, "ap@northwind.example"), billing_contact(other, "not@northwind.example"))

    await office.hear(issued, issued)
    await office.send()

    [mail] = office.server.mails
    assert str(mail["To"]) == "Accounts Payable <ap@northwind.example>"
    assert mail["Subject"] == "Invoice LC-2026-000042: €1,840.00 due on December 6, 2026"
    page = f"https://portal.larkspur.example/w/northwind/billing/invoices/{issued.invoice_id}"
    assert page in text_of(mail)
    assert f'href="{page}"' in html_of(mail)


async def test_a_receipt_follows_the_payment(office: Office) -> None:
    group = uuid4()
    await office.hear(billing_contact(group, "ap@northwind.example"))

    said = {"number": "LC-2026-000042", "total_minor": 1250, "currency": "JPY"}
    await office.hear(InvoicePaid(workspace_id=CUSTOMER, invoice_id=uuid4(), bill_group_id=group, **said))
    await office.send()

    assert office.server.subjects == ["Invoice LC-2026-000042 is paid"]
    assert "Amount: ¥1,250" in text_of(office.server.mails[0]), "a yen has no smaller part"


async def test_a_contact_that_is_not_known_yet_is_waited_for(office: Office) -> None:
    group = uuid4()
    await office.hear(invoice(group))
    await office.send()
    assert await office.deliveries("state, reason") == [("deferred", "Not known yet: the billing_contact.")]

    await office.hear(billing_contact(group, "ap@northwind.example"))
    await office.send(after=timedelta(seconds=6))

    assert len(office.server.to("ap@northwind.example")) == 1
    assert await office.deliveries() == ["sent"]
