"""What happens within a short time is one mail for each contact; nothing is lost, and nothing told twice."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.notifications.deliveries import gathering
from services.notifications.deliveries.gathering import LISTED, LONGEST, MOMENT, QUIET
from services.notifications.deliveries.queueing import announce
from services.notifications.jobs import claim_mails
from services.notifications.topics import Topic
from shared.events.identity import ContactChanged
from shared.events.provisioning import ServiceProvisioned
from shared.outbox import Cause, transaction
from tests.notifications.harness import (
    CUSTOMER,
    NOON,
    PARTNER,
    NotificationsHarness,
    contact,
    deleted,
    person,
    provisioned,
    workspace,
)
from tests.notifications.mail_server import text_of

OTHER = uuid4()


async def told(notifications: NotificationsHarness, name: str = "message_sent") -> list[tuple[UUID, UUID]]:
    events = await notifications.database.events(f"notifications.{name}")
    return [(UUID(event["workspace_id"]), UUID(event["causation_id"])) for event in events]


@pytest.mark.rule("P27", "P28")
async def test_fifty_provisionings_are_one_mail(notifications: NotificationsHarness) -> None:
    events = [provisioned(display_name=f"Port {number}") for number in range(50)]
    await notifications.hear(contact(), person())

    await notifications.hear(*events)
    await notifications.send(after=QUIET)

    [mail] = notifications.server.mails
    said = text_of(mail)
    assert mail["Subject"] == "Northwind Logistics provisioned 50 services"
    assert said.count("https://portal.larkspur.example/w/northwind/services/") == LISTED
    assert "Port 0 (10 Gbps port)" in said
    assert "Tom Becker (tom@meridian.example), on behalf of Northwind Logistics" in " ".join(said.split())
    assert f"and {50 - LISTED} more" in said
    orders = "https://portal.larkspur.example/partner/meridian/customer-orders?state=fulfilled&q=Northwind+Logistics"
    assert orders in said
    assert await notifications.problems() == []


@pytest.mark.rule("P27", "P31")
async def test_each_is_recorded_in_the_log_of_its_own_customer(notifications: NotificationsHarness) -> None:
    await notifications.hear(workspace(OTHER, PARTNER, "customer", "Halcyon Health"), contact())
    events = [provisioned(), provisioned(workspace_id=OTHER), provisioned()]

    await notifications.hear(*events)
    await notifications.send(after=QUIET)

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Customers provisioned 3 services"
    assert "https://portal.larkspur.example/w/halcyon/services/" in text_of(mail)
    assert "https://portal.larkspur.example/partner/meridian/customer-orders?state=fulfilled\n" in text_of(mail)
    assert sorted(await told(notifications)) == sorted((event.workspace_id, event.event_id) for event in events)
    assert await notifications.problems() == []


@pytest.mark.rule("P27")
async def test_one_alone_is_mailed_after_a_moment(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())

    await notifications.hear(provisioned())
    await notifications.send(after=MOMENT)

    assert notifications.server.subjects == ["Northwind Logistics provisioned 10 Gbps port"]


async def test_a_flood_puts_its_mail_off_but_not_for_ever(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())
    await notifications.hear(provisioned(), provisioned())

    await notifications.send(after=MOMENT)
    assert notifications.server.mails == []
    await notifications.change(f"UPDATE deliveries SET created_at = created_at - interval '{LONGEST.seconds} seconds'")
    await notifications.hear(provisioned())
    await notifications.send(after=timedelta(0))

    assert notifications.server.subjects == ["Northwind Logistics provisioned 3 services"]


async def test_provisioned_and_deleted_services_are_two_mails(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())

    await notifications.hear(provisioned(), deleted(), provisioned(), deleted())
    await notifications.send(after=QUIET)

    assert sorted(notifications.server.subjects) == [
        "Northwind Logistics deleted 2 services",
        "Northwind Logistics provisioned 2 services",
    ]


@pytest.mark.rule("D23")
async def test_events_that_come_twice_are_told_once(notifications: NotificationsHarness) -> None:
    first, second = provisioned(), provisioned()
    await notifications.hear(contact())

    await notifications.hear(first, second, second, first)
    await notifications.send(after=QUIET)
    await notifications.hear(second, first)
    await notifications.send(after=QUIET)

    assert notifications.server.subjects == ["Northwind Logistics provisioned 2 services"]
    assert len(await told(notifications)) == 2


@pytest.mark.rule("D23")
async def test_what_comes_while_a_mail_is_being_sent_is_in_the_next_one(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())
    await notifications.hear(provisioned(), provisioned())
    notifications.clock.ahead += QUIET
    async with notifications.sessions.begin() as session:
        [claimed] = await claim_mails(notifications.job, session, limit=4)
    assert claimed.row.gathered == 2

    await notifications.hear(provisioned())
    await notifications.send(after=MOMENT)
    assert notifications.server.subjects == ["Northwind Logistics provisioned 10 Gbps port"]
    await notifications.send(after=timedelta(seconds=notifications.settings.lease_seconds))  # the worker had died

    assert notifications.server.subjects[1:] == ["Northwind Logistics provisioned 2 services"]
    assert len(await told(notifications)) == 3
    assert await notifications.problems() == []


@pytest.mark.rule("D23")
async def test_handlers_and_a_sender_at_once_lose_nothing(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())
    events = [provisioned() for _ in range(40)]

    async def send() -> None:
        for _ in range(20):
            await notifications.send(after=QUIET)

    await asyncio.gather(send(), *(_announced(notifications, event) for event in events))
    await notifications.send(after=LONGEST)

    assert sorted(await told(notifications)) == sorted((CUSTOMER, event.event_id) for event in events)
    assert await notifications.problems() == []


async def _announced(notifications: NotificationsHarness, event: ServiceProvisioned) -> None:
    cause = Cause(event.actor, NOON, event.correlation_id, event.event_id, PARTNER)
    async with transaction(notifications.sessions, cause, workspace_id=event.workspace_id) as session:
        await announce(session, event, Topic.service_provisioned, PARTNER)


async def test_a_mail_tells_of_so_many_at_most(
    notifications: NotificationsHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST", 3)
    await notifications.hear(contact())

    await notifications.hear(*(provisioned() for _ in range(7)))
    await notifications.send(after=QUIET)

    assert sorted(notifications.server.subjects) == [
        "Northwind Logistics provisioned 10 Gbps port",
        "Northwind Logistics provisioned 3 services",
        "Northwind Logistics provisioned 3 services",
    ]
    assert await notifications.problems() == []


@pytest.mark.rule("D24")
async def test_who_opts_out_gets_nothing_of_a_flood(notifications: NotificationsHarness) -> None:
    added = contact()
    changed = {**added.model_dump(exclude={"event_id"}), "wants_service_mail": False, "subject_version": 2}
    await notifications.hear(added, provisioned(), provisioned())

    await notifications.hear(ContactChanged(**changed))
    await notifications.send(after=QUIET)

    assert notifications.server.mails == []
    assert await told(notifications) == []


async def test_a_flood_that_the_server_refuses_is_told_as_failed_in_each_log(
    notifications: NotificationsHarness,
) -> None:
    notifications.server.at_recipient["ops@meridian.example"] = "550 no such mailbox"
    await notifications.hear(workspace(OTHER, PARTNER, "customer", "Halcyon Health"), contact())

    await notifications.hear(provisioned(), provisioned(workspace_id=OTHER))
    await notifications.send(after=QUIET)

    assert {each for each, _ in await told(notifications, "message_failed")} == {CUSTOMER, OTHER}
    async with notifications.database.owner() as session:
        assert await session.scalar(text("SELECT count(*) FROM undelivered_mails")) == 1


@pytest.mark.rule("P27")
@pytest.mark.parametrize(
    ("switches", "subjects"),
    [
        ({"wants_service_mail": True}, ["provisioned 10 Gbps port", "deleted Frankfurt uplink"]),
        ({"wants_service_mail": False}, []),
        ({"wants_service_mail": True, "wants_deletion_mail": False}, ["provisioned 10 Gbps port"]),
        ({"wants_service_mail": False, "wants_deletion_mail": True}, ["deleted Frankfurt uplink"]),
    ],
)
async def test_a_contact_has_a_switch_for_each_topic(
    notifications: NotificationsHarness, switches: dict[str, Any], subjects: list[str]
) -> None:
    await notifications.hear(contact(**switches))

    await notifications.hear(provisioned(), deleted())
    await notifications.send()

    assert sorted(notifications.server.subjects) == sorted(f"Northwind Logistics {each}" for each in subjects)


@pytest.mark.rule("P27")
async def test_the_mail_of_a_deleted_service_says_what_of_whom_by_whom_and_when(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(contact(), person())
    event = deleted()

    await notifications.hear(event)
    await notifications.send()

    [mail] = notifications.server.mails
    said = " ".join(text_of(mail).split())
    assert "Customer: Northwind Logistics" in said
    assert "Service: Frankfurt uplink (10 Gbps port)" in said
    assert "Cancelled by: Tom Becker (tom@meridian.example), on behalf of Northwind Logistics" in said
    assert "Deleted: Nov 22, 2026" in said
    assert f"https://portal.larkspur.example/w/northwind/services/{event.service_id}" in said


async def test_nobody_is_told_that_what_was_never_there_is_deleted(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())

    await notifications.hear(deleted(was_provisioned=False))
    await notifications.send()

    assert notifications.server.mails == []


async def test_the_customers_own_contact_hears_of_its_own_services(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact(workspace_id=CUSTOMER, address="it@northwind.example"))

    await notifications.hear(provisioned(), provisioned(), deleted(), provisioned())
    await notifications.send(after=QUIET)

    assert sorted(notifications.server.subjects) == ["3 services are running", "Frankfurt uplink is deleted"]
    assert all("Northwind Logistics ·" not in text_of(mail) for mail in notifications.server.mails)


@pytest.mark.rule("D28")
async def test_a_flood_is_told_in_the_language_of_the_contacts_company(notifications: NotificationsHarness) -> None:
    await notifications.change(f"UPDATE workspace_copies SET locale = 'de-DE' WHERE id = '{PARTNER}'")
    await notifications.hear(contact())

    await notifications.hear(*(provisioned() for _ in range(14)))
    await notifications.send(after=QUIET)

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Northwind Logistics hat 14 Dienste bereitgestellt"
    assert "und 2 weitere" in text_of(mail)
