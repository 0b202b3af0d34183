"""Who is notified that a customer's service was provisioned or failed."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.deliveries.gathering import QUIET
from shared.events import Via
from shared.events.identity import ContactChanged, ContactRemoved
from shared.events.provisioning import ServiceProvisioningFailed
from tests.notifications.harness import (
    CUSTOMER,
    NOON,
    PARTNER,
    PROVIDER,
    TOM,
    NotificationsHarness,
    contact,
    order,
    person,
    provisioned,
)
from tests.notifications.mail_server import text_of


@pytest.mark.rule("P27", "P28")
async def test_each_admin_contact_of_the_partner_gets_one_mail(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact("ops@meridian.example"), contact("boss@meridian.example"), person())

    await notifications.hear(provisioned())
    await notifications.send()

    assert sorted(mail["To"].addresses[0].addr_spec for mail in notifications.server.mails) == [
        "boss@meridian.example",
        "ops@meridian.example",
    ]
    [mail] = notifications.server.to("ops@meridian.example")
    assert mail["Subject"] == "Northwind Logistics provisioned 10 Gbps port"
    said = text_of(mail)
    assert "Customer: Northwind Logistics" in said
    assert "Service: 10 Gbps port" in said
    assert "Ordered by: Tom Becker (tom@meridian.example), on behalf of Northwind Logistics" in said
    assert "Provisioned: Nov 22, 2026, 12:00:00 PM UTC" in said.replace("\u202f", " ")


@pytest.mark.rule("P27", "D9")
@pytest.mark.parametrize(("days", "begins"), [(15, "on December 7, 2026"), (0, "at once")])
async def test_the_mail_says_when_billing_starts(notifications: NotificationsHarness, days: int, begins: str) -> None:
    await notifications.hear(contact())

    await notifications.hear(provisioned(billing_delay_days=days))
    await notifications.send()

    [mail] = notifications.server.mails
    assert f"Its billing starts {begins}." in " ".join(text_of(mail).split())


@pytest.mark.rule("P27")
@pytest.mark.parametrize(
    "other",
    [
        {"kind": "technical"},
        {"kind": "billing"},
        {"wants_service_mail": False},
        {"workspace_id": PROVIDER},
    ],
)
async def test_nobody_else_is_notified(notifications: NotificationsHarness, other: dict[str, Any]) -> None:
    await notifications.hear(contact(**other))

    await notifications.hear(provisioned())
    await notifications.send()

    assert notifications.server.mails == []


@pytest.mark.rule("P29")
async def test_a_user_is_no_contact(notifications: NotificationsHarness) -> None:
    await notifications.hear(person(uuid4(), "ana@meridian.example", "Ana Oliveira"), person())

    await notifications.hear(provisioned())
    await notifications.send()

    assert notifications.server.mails == []


@pytest.mark.rule("P31")
async def test_the_sent_event_belongs_to_the_services_workspace_and_not_to_the_partner(
    notifications: NotificationsHarness,
) -> None:
    event = provisioned()
    await notifications.hear(contact())

    await notifications.hear(event)
    await notifications.send()

    [sent] = await notifications.database.events("notifications.message_sent")
    assert sent["workspace_id"] == str(CUSTOMER)
    assert sent["parent_workspace_id"] == str(PARTNER)
    assert sent["correlation_id"] == str(event.correlation_id)
    assert sent["causation_id"] == str(event.event_id)
    assert sent["actor"] == {"kind": "system", "user_id": str(TOM), "address": "tom@meridian.example",
                             "via": Via.system, "session_id": None}  # fmt: skip
    assert (sent["topic"], sent["recipient_kind"]) == ("service_provisioned", "admin_contact")
    assert "ops@" not in str(sent), "addresses are in no event but those that fill the book"


@pytest.mark.rule("D23")
async def test_an_event_delivered_ten_times_is_one_mail(notifications: NotificationsHarness) -> None:
    event = provisioned()
    await notifications.hear(contact())

    for _ in range(10):
        await notifications.hear(event)
        await notifications.send()

    assert len(notifications.server.mails) == 1
    assert await notifications.problems() == []


@pytest.mark.rule("D23")
@pytest.mark.parametrize("seed", range(6))
async def test_the_order_in_which_events_arrive_does_not_matter(notifications: NotificationsHarness, seed: int) -> None:
    added, gone = contact(), contact("gone@meridian.example")
    left = ContactRemoved(workspace_id=PARTNER, contact_id=gone.contact_id, kind="admin", subject_version=2)
    events = [added, gone, left, person(), provisioned(), provisioned(product_name="Node M4")] * 3
    random.Random(seed).shuffle(events)

    await notifications.hear(*events)
    await notifications.send(after=QUIET)

    assert notifications.server.subjects == ["Northwind Logistics provisioned 2 services"]
    assert all(name in text_of(notifications.server.mails[0]) for name in ("10 Gbps port", "Node M4"))
    assert {str(mail["To"]) for mail in notifications.server.mails} == {"Operations <ops@meridian.example>"}
    assert await notifications.problems() == []


@pytest.mark.rule("P28")
async def test_a_contact_that_is_added_afterwards_is_not_notified_of_the_past(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(provisioned())

    await notifications.hear(contact(occurred_at=NOON + timedelta(seconds=1)))
    await notifications.send()

    assert notifications.server.mails == []


async def test_the_address_is_looked_up_when_the_mail_is_sent(notifications: NotificationsHarness) -> None:
    added = contact("old@meridian.example")
    changed = {**added.model_dump(exclude={"event_id"}), "address": "new@meridian.example", "subject_version": 2}
    await notifications.hear(added, provisioned())

    await notifications.hear(ContactChanged(**changed))
    await notifications.send()

    assert [str(mail["To"]) for mail in notifications.server.mails] == ["Operations <new@meridian.example>"]


@pytest.mark.rule("D24")
async def test_a_contact_who_opts_out_before_sending_gets_no_mail(notifications: NotificationsHarness) -> None:
    added = contact()
    changed = {**added.model_dump(exclude={"event_id"}), "wants_service_mail": False, "subject_version": 2}
    await notifications.hear(added, provisioned())

    await notifications.hear(ContactChanged(**changed))
    await notifications.send()

    assert notifications.server.mails == []
    assert await notifications.deliveries("state") == ["suppressed"]


@pytest.mark.rule("D18")
async def test_the_person_who_ordered_is_told_that_it_failed_and_costs_nothing(
    notifications: NotificationsHarness,
) -> None:
    failed = ServiceProvisioningFailed(**order(step=3, reason="The optics did not answer."))
    await notifications.hear(person(), contact())

    await notifications.hear(failed)
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Tom Becker <tom@meridian.example>"
    assert mail["Subject"] == "10 Gbps port could not be provisioned"
    assert "Nothing is billed" in text_of(mail)
    assert "When: Nov 22, 2026" in text_of(mail)
    assert f"https://portal.larkspur.example/w/northwind/orders/{failed.order_id}" in text_of(mail)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reason_code": "unanswered"}, "Die Infrastruktur antwortet nicht."),
        ({"reason_code": "simulator_refused", "reason_values": {"step": 3}}, "hat Schritt 3 verweigert"),
        ({"reason_code": "acme_no_optics", "reason_values": {"site": "FRA-02"}}, "The optics did not answer."),
        ({}, "The optics did not answer."),
    ],
)
async def test_the_mail_says_why_in_the_readers_language_or_as_the_driver_put_it(
    notifications: NotificationsHarness, said: dict[str, Any], told: str
) -> None:
    await notifications.hear(person(locale="de-DE"))

    await notifications.hear(ServiceProvisioningFailed(**order(step=3, reason="The optics did not answer.", **said)))
    await notifications.send()

    [mail] = notifications.server.mails
    assert told in " ".join(text_of(mail).split())


async def test_a_service_is_called_by_the_name_that_people_gave_it(notifications: NotificationsHarness) -> None:
    failed = ServiceProvisioningFailed(**order(step=3, reason="The optics did not answer.", display_name="Backup link"))
    await notifications.hear(contact(), person())

    await notifications.hear(provisioned(display_name="Frankfurt uplink", quantity=2), failed)
    await notifications.send()

    assert sorted(notifications.server.subjects) == [
        "Backup link could not be provisioned",
        "Northwind Logistics provisioned Frankfurt uplink",
    ]
    [mail] = notifications.server.to("ops@meridian.example")
    assert "Service: Frankfurt uplink (10 Gbps port × 2)" in text_of(mail)
    assert "Frankfurt uplink is provisioned and running." in text_of(mail)


@pytest.mark.parametrize("name", [None, "10 Gbps port"])
async def test_the_product_is_not_named_twice(notifications: NotificationsHarness, name: str | None) -> None:
    await notifications.hear(contact())

    await notifications.hear(provisioned(display_name=name))
    await notifications.send()

    assert "Service: 10 Gbps port\n" in text_of(notifications.server.mails[0])


OWN: dict[str, Any] = {"workspace_id": CUSTOMER, "address": "it@northwind.example"}


async def test_the_customers_own_contact_hears_of_its_own_service(notifications: NotificationsHarness) -> None:
    event = provisioned(display_name="Frankfurt uplink")
    await notifications.hear(contact(**OWN), contact(), person())

    await notifications.hear(event, event)
    await notifications.send()

    assert len(notifications.server.mails) == 2
    [mail] = notifications.server.to("it@northwind.example")
    said = " ".join(text_of(mail).split())
    assert mail["Subject"] == "Frankfurt uplink is running"
    assert "You have a new service" in said
    assert "Customer:" not in said
    assert "Ordered by: Tom Becker (tom@meridian.example), on behalf of Northwind Logistics" in said
    assert "an admin contact of Northwind Logistics, with mail about services switched on" in said
    assert f"https://portal.larkspur.example/w/northwind/services/{event.service_id}" in said


@pytest.mark.parametrize("other", [{"kind": "technical"}, {"kind": "billing"}, {"wants_service_mail": False}])
async def test_another_contact_of_the_customer_does_not(
    notifications: NotificationsHarness, other: dict[str, Any]
) -> None:
    await notifications.hear(contact(**OWN | other))

    await notifications.hear(provisioned())
    await notifications.send()

    assert notifications.server.mails == []


async def test_contacts_of_both_companies_whose_events_come_late_are_told_once_each(
    notifications: NotificationsHarness,
) -> None:
    own, partners = contact(**OWN), contact()
    await notifications.hear(provisioned())

    await notifications.hear(own, partners, own, partners)
    await notifications.send()

    assert sorted(notifications.server.subjects) == [
        "10 Gbps port is running",
        "Northwind Logistics provisioned 10 Gbps port",
    ]
    assert await notifications.problems() == []
