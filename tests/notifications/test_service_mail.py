"""Who hears that a customer provisioned a service, or that it could not be made."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events import Via
from shared.events.identity import ContactChanged, ContactRemoved
from shared.events.provisioning import ServiceProvisioningFailed
from tests.notifications.mail_server import text_of
from tests.notifications.office import (
    CUSTOMER,
    NOON,
    PARTNER,
    PROVIDER,
    TOM,
    Office,
    contact,
    order,
    person,
    provisioned,
)


@pytest.mark.rule("P27", "P28")
async def test_each_admin_contact_of_the_partner_gets_one_mail(office: Office) -> None:
    await office.hear(contact("ops@meridian.example"), contact("boss@meridian.example"), person())

    await office.hear(provisioned())
    await office.send()

    assert sorted(mail["To"].addresses[0].addr_spec for mail in office.server.mails) == [
        "boss@meridian.example",
        "ops@meridian.example",
    ]
    [mail] = office.server.to("ops@meridian.example")
    assert mail["Subject"] == "Northwind Logistics provisioned 10 Gbps port"
    said = text_of(mail)
    assert "Customer: Northwind Logistics" in said
    assert "Service: 10 Gbps port" in said
    assert "Ordered by: Tom Becker (tom@meridian.example), on behalf of Northwind Logistics" in said


@pytest.mark.rule("P27")
@pytest.mark.parametrize(
    "other",
    [
        {"kind": "technical"},
        {"kind": "billing"},
        {"wants_service_mail": False},
        {"workspace_id": CUSTOMER},
        {"workspace_id": PROVIDER},
    ],
)
async def test_nobody_else_hears_of_it(office: Office, other: dict[str, Any]) -> None:
    await office.hear(contact(**other))

    await office.hear(provisioned())
    await office.send()

    assert office.server.mails == []


@pytest.mark.rule("P29")
async def test_a_user_is_no_contact(office: Office) -> None:
    await office.hear(person(uuid4(), "ana@meridian.example", "Ana Oliveira"), person())

    await office.hear(provisioned())
    await office.send()

    assert office.server.mails == []


@pytest.mark.rule("P31")
async def test_that_it_was_sent_is_filed_where_the_service_is_and_not_at_the_partner(office: Office) -> None:
    event = provisioned()
    await office.hear(contact())

    await office.hear(event)
    await office.send()

    [sent] = await office.database.events("notifications.message_sent")
    assert sent["workspace_id"] == str(CUSTOMER)
    assert sent["parent_workspace_id"] == str(PARTNER)
    assert sent["correlation_id"] == str(event.correlation_id)
    assert sent["causation_id"] == str(event.event_id)
    assert sent["actor"] == {"kind": "system", "user_id": str(TOM), "address": "tom@meridian.example",
                             "via": Via.system}  # fmt: skip
    assert (sent["topic"], sent["recipient_kind"]) == ("service_provisioned", "admin_contact")
    assert "ops@" not in str(sent), "addresses are in no event but those that fill the book"


@pytest.mark.rule("D23")
async def test_an_event_that_comes_ten_times_is_one_mail(office: Office) -> None:
    event = provisioned()
    await office.hear(contact())

    for _ in range(10):
        await office.hear(event)
        await office.send()

    assert len(office.server.mails) == 1
    assert await office.problems() == []


@pytest.mark.rule("D23")
@pytest.mark.parametrize("seed", range(6))
async def test_the_order_in_which_events_arrive_does_not_matter(office: Office, seed: int) -> None:
    added, gone = contact(), contact("gone@meridian.example")
    left = ContactRemoved(workspace_id=PARTNER, contact_id=gone.contact_id, kind="admin", subject_version=2)
    events = [added, gone, left, person(), provisioned(), provisioned(product_name="Node M4")] * 3
    random.Random(seed).shuffle(events)

    await office.hear(*events)
    await office.send()

    assert sorted(office.server.subjects) == [
        "Northwind Logistics provisioned 10 Gbps port",
        "Northwind Logistics provisioned Node M4",
    ]
    assert {str(mail["To"]) for mail in office.server.mails} == {"Operations <ops@meridian.example>"}
    assert await office.problems() == []


@pytest.mark.rule("P28")
async def test_a_contact_that_is_added_afterwards_is_not_told_of_the_past(office: Office) -> None:
    await office.hear(provisioned())

    await office.hear(contact(occurred_at=NOON + timedelta(seconds=1)))
    await office.send()

    assert office.server.mails == []


async def test_the_address_is_looked_up_when_the_mail_is_sent(office: Office) -> None:
    added = contact("old@meridian.example")
    changed = {**added.model_dump(exclude={"event_id"}), "address": "new@meridian.example", "subject_version": 2}
    await office.hear(added, provisioned())

    await office.hear(ContactChanged(**changed))
    await office.send()

    assert [str(mail["To"]) for mail in office.server.mails] == ["Operations <new@meridian.example>"]


@pytest.mark.rule("D24")
async def test_who_switches_it_off_before_it_is_sent_does_not_get_it(office: Office) -> None:
    added = contact()
    changed = {**added.model_dump(exclude={"event_id"}), "wants_service_mail": False, "subject_version": 2}
    await office.hear(added, provisioned())

    await office.hear(ContactChanged(**changed))
    await office.send()

    assert office.server.mails == []
    assert await office.deliveries("state") == ["suppressed"]


@pytest.mark.rule("D18")
async def test_who_ordered_is_told_that_it_failed_and_costs_nothing(office: Office) -> None:
    failed = ServiceProvisioningFailed(**order(step=3, reason="The optics did not answer."))
    await office.hear(person(), contact())

    await office.hear(failed)
    await office.send()

    [mail] = office.server.mails
    assert str(mail["To"]) == "Tom Becker <tom@meridian.example>"
    assert mail["Subject"] == "10 Gbps port could not be provisioned"
    assert "Nothing is billed" in text_of(mail)
    assert f"https://portal.larkspur.example/w/northwind/orders/{failed.order_id}" in text_of(mail)
