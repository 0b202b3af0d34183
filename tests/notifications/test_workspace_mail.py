"""The admins of a workspace hear of its new name and URL by mail (K29)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notifications.topics import Topic
from shared.events import Actor, Via
from shared.events.grants import Grant
from shared.events.identity import AccessGranted, WorkspaceReinstated, WorkspaceSuspended, WorkspaceUpdated
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, NotificationsHarness, person
from tests.notifications.mail_server import text_of

EVA, JONAS = uuid4(), uuid4()
BY_EVA = Actor(kind="user", user_id=EVA, address="eva@northwind.example", via=Via.own)


def admin(user_id: UUID, role: str = "admin") -> AccessGranted:
    grant = Grant(grant_id=uuid4(), role=role, source="membership", workspace_id=CUSTOMER)
    return AccessGranted(workspace_id=CUSTOMER, user_id=user_id, from_version=0, to_version=1, grant=grant)


def renamed(version: int = 2, **fields: Any) -> WorkspaceUpdated:
    said = {"slug": "northwind-freight", "display_name": "Northwind Freight", "actor": BY_EVA}
    return WorkspaceUpdated(
        workspace_id=CUSTOMER, parent_workspace_id=PARTNER, kind="customer", account_number="1", connected=True,
        subject_version=version, occurred_at=NOON, **said | fields,
    )  # fmt: skip


async def people(notifications: NotificationsHarness) -> None:
    regular = uuid4()
    await notifications.hear(
        person(EVA, "eva@northwind.example", "Eva Brandt"), person(JONAS, "jonas@northwind.example", "Jonas Keller"),
        person(regular, "rosa@northwind.example", "Rosa"), admin(EVA), admin(JONAS), admin(regular, "regular"),
    )  # fmt: skip


@pytest.mark.rule("K29")
async def test_the_other_admins_are_told_of_a_new_name_and_url_and_who_changed_it(
    notifications: NotificationsHarness,
) -> None:
    await people(notifications)
    change = renamed(previous_display_name="Northwind Logistics", previous_slug="northwind")

    await notifications.hear(change, change)
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Jonas Keller <jonas@northwind.example>"
    assert mail["Subject"] == "Northwind Logistics is now called Northwind Freight"
    said = " ".join(text_of(mail).split())
    assert "Former name: Northwind Logistics New name: Northwind Freight" in said
    assert "Former URL: https://portal.larkspur.example/w/northwind/" in said
    assert "New URL: https://portal.larkspur.example/w/northwind-freight/" in said
    assert "Changed by: Eva Brandt (eva@northwind.example)" in said
    assert "lead to the new one for a year" in said


async def test_a_new_url_alone_is_told_as_that(notifications: NotificationsHarness) -> None:
    await people(notifications)

    await notifications.hear(renamed(previous_slug="northwind"))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Northwind Freight has a new URL"
    assert "Former name" not in text_of(mail)


async def test_other_settings_are_told_to_nobody(notifications: NotificationsHarness) -> None:
    await people(notifications)

    await notifications.hear(renamed(locale="de-DE"))
    await notifications.send()

    assert notifications.server.mails == []
    assert Topic.workspace_renamed not in await notifications.deliveries("topic")


@pytest.mark.rule("K29")
async def test_mails_name_the_workspace_as_the_newest_event_does_in_whatever_order_they_come(
    notifications: NotificationsHarness,
) -> None:
    await people(notifications)
    newer = renamed(3, slug="northwind-air", display_name="Northwind Air", previous_slug="northwind-freight")

    await notifications.hear(newer, renamed(2, previous_slug="northwind"))
    await notifications.send()

    assert len(notifications.server.mails) == 2
    for mail in notifications.server.mails:
        assert "https://portal.larkspur.example/w/northwind-air/" in text_of(mail)


def above(kind: str = "customer") -> dict[str, Any]:
    by_ana = Actor(kind="user", user_id=uuid4(), address="ana@meridian.example", via=Via.parent)
    return {"workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "kind": kind, "account_number": "1",
            "connected": True, "slug": "northwind", "display_name": "Northwind Logistics", "actor": by_ana,
            "occurred_at": NOON}  # fmt: skip


async def test_the_admins_are_told_why_their_workspace_is_suspended_and_what_they_can_still_do(
    notifications: NotificationsHarness,
) -> None:
    await people(notifications)
    why = {"suspended": True, "reason": "Unpaid since March.", "suspended_by": "Meridian Partners"}

    await notifications.hear(WorkspaceSuspended(**above(), **why, subject_version=2))
    await notifications.send()

    assert {str(mail["To"]).partition(" <")[0] for mail in notifications.server.mails} == {"Eva Brandt", "Jonas Keller"}
    mail = notifications.server.mails[0]
    assert mail["Subject"] == "Northwind Logistics is suspended"
    said = " ".join(text_of(mail).split())
    assert "Meridian Partners has suspended the workspace Northwind Logistics." in said
    assert "Reason: Unpaid since March." in said
    assert "pay open invoices" in said
    assert "/w/northwind/support" in said
    assert "Your customers" not in said


async def test_the_admins_of_a_partner_are_told_that_its_customers_go_on(notifications: NotificationsHarness) -> None:
    await people(notifications)
    why = {"suspended": True, "reason": "Unpaid since March.", "suspended_by": "Larkspur Cloud"}

    await notifications.hear(WorkspaceSuspended(**above("partner"), **why, subject_version=2))
    await notifications.send()

    assert "Your customers can go on as before." in " ".join(text_of(notifications.server.mails[0]).split())


async def test_the_admins_are_told_of_the_end_of_a_suspension(notifications: NotificationsHarness) -> None:
    await people(notifications)

    await notifications.hear(WorkspaceReinstated(**above(), reinstated_by="Meridian Partners", subject_version=3))
    await notifications.send()

    assert {str(mail["Subject"]) for mail in notifications.server.mails} == {
        "Northwind Logistics is not suspended any more"
    }
