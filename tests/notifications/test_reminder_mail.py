"""Mails about invoices that are not paid in time."""

from uuid import UUID, uuid4

import pytest

from tests.notifications.harness import (
    CUSTOMER,
    NOON,
    PARTNER,
    PROVIDER,
    NotificationsHarness,
    billing_contact,
    contact,
    workspace,
)
from tests.notifications.invoicing import long_overdue, overdue
from tests.notifications.mail_server import text_of

STAFF = {"workspace_id": PROVIDER, "address": "staff@larkspur.example"}


def said_in(mail: object) -> str:
    return " ".join(text_of(mail).split())  # type: ignore[arg-type]


async def test_the_billing_contact_is_reminded_of_an_invoice(notifications: NotificationsHarness) -> None:
    group = uuid4()
    late = overdue(group)
    await notifications.hear(billing_contact(group, "ap@northwind.example"), contact(), contact(**STAFF))

    await notifications.hear(late, late)
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Accounts Payable <ap@northwind.example>"
    assert mail["Subject"] == "Reminder: invoice LC-2026-000042, €1,800.50"
    said = said_in(mail)
    for fact in ("Due: October 23, 2026", "Overdue for: 30 days", "Outstanding: €1,800.50", "Reminder: 1 of 3",
                 "Perhaps it was overlooked", "Please give LC-2026-000042 as the reference.",
                 "If you have paid in the last few days, there is nothing more to do."):  # fmt: skip
        assert fact in said
    assert (
        f"View and pay the invoice: https://portal.larkspur.example/w/northwind/billing/invoices/{late.invoice_id}"
        in said
    )


@pytest.mark.parametrize(
    ("reminder", "reminders", "last"), [(1, 3, False), (2, 3, False), (3, 3, True), (2, 2, True), (1, 1, False)]
)
async def test_the_last_reminder_says_what_follows(
    notifications: NotificationsHarness, reminder: int, reminders: int, last: bool
) -> None:
    group = uuid4()
    await notifications.hear(billing_contact(group, "ap@northwind.example"))

    await notifications.hear(overdue(group, reminder=reminder, reminders=reminders, days_overdue=1))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"].startswith("Last reminder") is last
    assert ("our team will get in touch with you" in said_in(mail)) is last
    assert ("Perhaps it was overlooked" in said_in(mail)) is not last
    assert "Overdue for: 1 day " in said_in(mail)


async def reminded(notifications: NotificationsHarness, *contacts: dict[str, object]) -> list[str]:
    await notifications.hear(*[contact(**fields) for fields in contacts])
    await notifications.hear(long_overdue(uuid4()))
    await notifications.send()
    return sorted(mail["To"].addresses[0].addr_spec for mail in notifications.server.mails)


async def test_after_all_reminders_the_providers_contacts_are_told_who_want_mail(
    notifications: NotificationsHarness,
) -> None:
    off = STAFF | {"address": "off@larkspur.example", "wants_service_mail": False}
    technical = STAFF | {"address": "technical@larkspur.example", "kind": "technical"}
    elsewhere = [{"workspace_id": PARTNER}, {"workspace_id": CUSTOMER}]

    assert await reminded(notifications, STAFF, off, technical, *elsewhere) == ["staff@larkspur.example"]


async def test_staff_are_told_of_the_partner_where_a_customer_buys_from_one(
    notifications: NotificationsHarness,
) -> None:
    await reminded(notifications, STAFF)

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Northwind Logistics: invoice LC-2026-000042 is 30 days overdue"
    said = said_in(mail)
    for fact in ("Please get in touch with Meridian Partners.", "Customer: Northwind Logistics (1)",
                 "Partner: Meridian Partners", "Outstanding: €1,800.50"):  # fmt: skip
        assert fact in said
    assert "See the partners: https://portal.larkspur.example/provider/larkspur/partners" in said


async def test_staff_are_led_to_the_invoice_of_their_own_customer(notifications: NotificationsHarness) -> None:
    own: UUID = uuid4()
    late = long_overdue(uuid4(), workspace_id=own, parent_workspace_id=PROVIDER)
    await notifications.hear(workspace(own, PROVIDER, "customer", "Quarry Works"), contact(**STAFF))

    await notifications.hear(late)
    await notifications.send()

    [mail] = notifications.server.mails
    said = said_in(mail)
    assert "Please get in touch with Quarry Works." in said
    assert "Partner:" not in said
    assert f"https://portal.larkspur.example/w/quarry/billing/invoices/{late.invoice_id}" in said


async def test_a_contact_of_the_provider_whose_event_comes_late_is_told_too(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(long_overdue(uuid4(), occurred_at=NOON))

    await notifications.hear(contact(**STAFF))
    await notifications.send()

    assert len(notifications.server.mails) == 1
