"""Both sides hear by mail who may enter a customer, and that it ended (P14, P24, D14)."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events import Actor, Event, Via
from shared.events.grants import Grant
from shared.events.identity import AccessGranted, AccessRevoked, ParentAdminsSwitched
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, NotificationsHarness, person
from tests.notifications.mail_server import text_of

ANA, TOM, EVA, JONAS = uuid4(), uuid4(), uuid4(), uuid4()
BY_ANA = Actor(kind="user", user_id=ANA, address="ana@meridian.example", via=Via.parent)
BY_EVA = Actor(kind="user", user_id=EVA, address="eva@northwind.example", via=Via.own)
LINK = Grant(grant_id=uuid4(), role="regular", source="link", workspace_id=CUSTOMER)


def admin(user_id: UUID, workspace_id: UUID) -> AccessGranted:
    grant = Grant(grant_id=uuid4(), role="admin", source="membership", workspace_id=workspace_id)
    return AccessGranted(workspace_id=workspace_id, user_id=user_id, from_version=0, to_version=1, grant=grant)


def link_event(kind: type[Any], actor: Actor, **said: Any) -> Event:
    event: Event = kind(workspace_id=CUSTOMER, parent_workspace_id=PARTNER, user_id=TOM, grant=LINK, actor=actor,
                        from_version=1, to_version=2, occurred_at=NOON, **said)  # fmt: skip
    return event


async def people(notifications: NotificationsHarness) -> None:
    await notifications.hear(
        person(ANA, "ana@meridian.example", "Ana Ruiz"), person(TOM, "tom@meridian.example", "Tom Becker"),
        person(EVA, "eva@northwind.example", "Eva Brandt"), person(JONAS, "jonas@northwind.example", "Jonas Keller"),
        admin(ANA, PARTNER), admin(EVA, CUSTOMER), admin(JONAS, CUSTOMER),
    )  # fmt: skip


def told(notifications: NotificationsHarness) -> dict[str, str]:
    return {str(mail["To"]).split(" <")[0]: " ".join(text_of(mail).split()) for mail in notifications.server.mails}


@pytest.mark.rule("P14")
async def test_a_customers_admins_are_told_of_a_new_link(notifications: NotificationsHarness) -> None:
    await people(notifications)
    linked = link_event(AccessGranted, BY_ANA, last_day=date(2026, 12, 18))

    await notifications.hear(linked, linked)
    await notifications.send()

    found = told(notifications)
    assert set(found) == {"Eva Brandt", "Jonas Keller"}
    assert len(notifications.server.mails) == 2, "once each, however often the event comes"
    for each in found.values():
        assert "Who: Tom Becker (tom@meridian.example) Role: Regular Until: December 18, 2026" in each
        assert "Decided by: Ana Ruiz (ana@meridian.example)" in each
        assert "/users/of-parent" in each


@pytest.mark.rule("P24", "D14")
async def test_who_was_ended_by_the_customer_and_the_sellers_admins_are_told(
    notifications: NotificationsHarness,
) -> None:
    await people(notifications)

    await notifications.hear(link_event(AccessRevoked, BY_EVA))
    await notifications.send()

    found = told(notifications)
    assert set(found) == {"Tom Becker", "Ana Ruiz"}
    assert "has ended your access." in found["Tom Becker"]
    assert "Who: Tom Becker (tom@meridian.example)" in found["Ana Ruiz"]
    assert "Decided by: Eva Brandt" in found["Ana Ruiz"]
    assert "/partner/" in found["Ana Ruiz"]
    assert "/links" in found["Ana Ruiz"]


@pytest.mark.rule("P24")
async def test_after_the_last_day_the_person_alone_is_told(notifications: NotificationsHarness) -> None:
    await people(notifications)

    await notifications.hear(link_event(AccessRevoked, Actor(), reason="expired"))
    await notifications.send()

    found = told(notifications)
    assert set(found) == {"Tom Becker"}
    assert "The last day of your link" in found["Tom Becker"]


async def test_nobody_is_told_of_what_a_colleague_ended_or_of_other_grants(
    notifications: NotificationsHarness,
) -> None:
    await people(notifications)
    member = LINK.model_copy(update={"source": "membership"})

    await notifications.hear(
        link_event(AccessRevoked, BY_ANA), link_event(AccessRevoked, BY_EVA).model_copy(update={"grant": member}),
    )  # fmt: skip
    await notifications.send()

    assert notifications.server.mails == []


@pytest.mark.rule("P13")
@pytest.mark.parametrize(("on", "said"), [(False, "Only people with a link"), (True, "without a link again")])
async def test_both_sides_admins_are_told_who_is_let_in(
    notifications: NotificationsHarness, on: bool, said: str
) -> None:
    await people(notifications)
    switched = ParentAdminsSwitched(workspace_id=CUSTOMER, parent_workspace_id=PARTNER, on=on, actor=BY_EVA,
                                    subject_version=2, occurred_at=NOON)  # fmt: skip

    await notifications.hear(switched)
    await notifications.send()

    found = told(notifications)
    assert set(found) == {"Ana Ruiz", "Jonas Keller"}, "not Eva, who did it"
    assert all(said in each for each in found.values())
