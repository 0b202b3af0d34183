"""Who asks for access, and who decides about it, hear of each other by mail."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events import Actor, Via
from shared.events.grants import Grant
from shared.events.identity import AccessGranted, AccessRequestApproved, AccessRequestDenied, AccessRequested
from tests.notifications.harness import CUSTOMER, NotificationsHarness, person
from tests.notifications.mail_server import html_of, text_of

EVA, JONAS = uuid4(), uuid4()
REQUEST = {"workspace_id": CUSTOMER, "access_request_id": uuid4(), "user_id": EVA}
BY_EVA = Actor(kind="user", user_id=EVA, address="eva@quarry.example", via=Via.own)


def eva(**fields: Any) -> Any:
    return person(EVA, "eva@quarry.example", "Eva Brandt", **fields)


def member(user_id: UUID = JONAS, role: str = "admin") -> AccessGranted:
    grant = Grant(grant_id=uuid4(), role=role, source="membership", workspace_id=CUSTOMER)
    return AccessGranted(workspace_id=CUSTOMER, user_id=user_id, from_version=0, to_version=1, grant=grant)


@pytest.mark.rule("K19")
async def test_admins_are_told_who_asks_and_where_to_decide(notifications: NotificationsHarness) -> None:
    regular = uuid4()
    await notifications.hear(
        eva(), person(JONAS, "jonas@northwind.example", "Jonas Keller"), member(), member(regular, "regular")
    )

    await notifications.hear(AccessRequested(**REQUEST, actor=BY_EVA))
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Jonas Keller <jonas@northwind.example>"
    assert mail["Subject"] == "Somebody asks for access to Northwind Logistics"
    said = " ".join(text_of(mail).split())
    assert "Who: Eva Brandt (eva@quarry.example)" in said
    assert "https://portal.larkspur.example/w/northwind/users/access-requests" in said


async def test_a_request_of_somebody_who_is_not_known_yet_is_mailed_all_the_same(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(person(JONAS, "jonas@northwind.example", "Jonas Keller"), member())

    await notifications.hear(AccessRequested(**REQUEST, actor=BY_EVA))
    await notifications.send()

    [mail] = notifications.server.mails
    assert "Who:" not in text_of(mail)


@pytest.mark.rule("K22")
async def test_the_person_is_told_that_they_are_let_in(notifications: NotificationsHarness) -> None:
    await notifications.hear(eva())
    approved = AccessRequestApproved(**REQUEST)

    await notifications.hear(approved, approved)
    await notifications.send()

    [mail] = notifications.server.mails
    assert (str(mail["To"]), mail["Subject"]) == (
        "Eva Brandt <eva@quarry.example>", "You have access to Northwind Logistics",
    )  # fmt: skip
    assert "https://portal.larkspur.example/w/northwind/" in text_of(mail)


async def test_the_person_is_told_why_they_are_not_and_the_reason_is_no_markup(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(eva(locale="de-DE"))

    await notifications.hear(AccessRequestDenied(**REQUEST, reason="Ask <b>Mara</b>."))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Ihre Zugangsanfrage für Northwind Logistics wurde abgelehnt"
    assert "Grund: Ask <b>Mara</b>." in text_of(mail)
    assert "<b>Mara</b>" not in html_of(mail)
