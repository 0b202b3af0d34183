"""What people do by hand: the provider's staff hear that there is something to do, who ordered it for when it is
planned, and why it is not done."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.mails.contents import CONTENTS
from services.notifications.topics import Topic
from shared.events import Actor, Via
from shared.events.provisioning import (
    ManualTaskFinished,
    ManualTaskOpened,
    ManualTaskPlanned,
    ServiceChangeFailed,
    ServiceProvisioned,
    ServiceProvisioningFailed,
)
from shared.language import Localisation, localised_for
from tests.notifications.harness import CUSTOMER, NotificationsHarness, contact, person
from tests.notifications.mail_server import text_of
from tests.notifications.test_mail_content import CONTEXT, FACTS
from tests.notifications.test_order_mail import JONAS, MARCO, ORDER, introduce, staff, told

TASK: dict[str, Any] = {
    "workspace_id": CUSTOMER, "task_id": uuid4(), "order_id": uuid4(), "service_id": uuid4(), "bill_group_id": uuid4(),
    "display_name": "Edge gateway", "kind": "asset", "verb": "create", "wanted_on": date(2026, 12, 4),
    "ordered_by": MARCO,
}  # fmt: skip
BY_LENA = Actor(kind="user", user_id=uuid4(), address="lena@larkspur.example", via=Via.parent)
GIVEN_UP = {"reason": "The provider could not do it: No mast", "reason_code": "manual_not_possible",
            "reason_values": {"reason": "No mast"}}  # fmt: skip
SUBJECTS = [
    ("asset", "create", "is to be delivered", "is delivered on", "delivered and installed"),
    ("asset", "change", "is to be moved or changed", "is moved or changed on", "moved or changed, as you ordered"),
    ("asset", "delete", "is to be collected", "is collected on", "collected, as it was cancelled"),
    ("node", "create", "is to be set up", "is set up on", "It is set up."),
    ("node", "change", "is to be moved or changed", "is moved or changed on", "moved or changed, as you ordered"),
    ("node", "delete", "is to be taken down", "is taken down on", "taken down, as it was cancelled"),
]


def planned(**changes: Any) -> ManualTaskPlanned:
    given = TASK | {"planned_on": date(2026, 12, 7), "note": "Two people come.", "actor": BY_LENA}
    return ManualTaskPlanned(**given | changes)


@pytest.mark.rule("L14", "D23")
async def test_staff_who_may_do_it_are_told_once_that_there_is_a_task(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    await staff(notifications)
    opened = ManualTaskOpened(**TASK)

    await notifications.hear(opened)
    await notifications.hear(opened)

    mails = await told(notifications)
    assert set(mails) == {"Lena <lena@larkspur.example>", "Otto <otto@larkspur.example>"}
    assert len(notifications.server.mails) == 2
    mail = mails["Otto <otto@larkspur.example>"]
    said = " ".join(text_of(mail).split())
    assert mail["Subject"] == "Edge gateway of Northwind Logistics is to be delivered"
    assert "Wanted for: December 4, 2026" in said
    assert "Ordered by: Marco (marco@northwind.example)" in said
    assert f"https://portal.larkspur.example/w/larkspur/manual-tasks/{TASK['task_id']}" in said
    assert "Larkspur Cloud" in str(mail["From"])


@pytest.mark.rule("L14", "D23")
async def test_who_ordered_is_told_once_for_when_it_is_planned(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    await staff(notifications)
    plan = planned()

    await notifications.hear(plan)
    await notifications.hear(plan)

    [mail] = (await told(notifications)).values()
    assert len(notifications.server.mails) == 1
    assert str(mail["To"]) == "Marco <marco@northwind.example>"
    said = " ".join(text_of(mail).split())
    assert mail["Subject"] == "Edge gateway is delivered on December 7, 2026"
    assert "It is delivered and installed." in said
    assert "Note: Two people come." in said
    assert f"https://portal.larkspur.example/w/northwind/orders/{TASK['order_id']}" in said


@pytest.mark.rule("L14", "D23")
async def test_who_ordered_is_told_once_that_it_is_done(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    done = ManualTaskFinished(**TASK, actor=BY_LENA)

    await notifications.hear(done)
    await notifications.hear(done, ManualTaskFinished(**TASK | {"ordered_by": BY_LENA.user_id}, actor=BY_LENA))

    [mail] = (await told(notifications)).values()
    assert len(notifications.server.mails) == 1
    assert (str(mail["To"]), mail["Subject"]) == ("Marco <marco@northwind.example>", "Edge gateway is delivered")
    assert f"https://portal.larkspur.example/w/northwind/orders/{TASK['order_id']}" in text_of(mail)


@pytest.mark.rule("L14")
async def test_another_day_is_told_again(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    for event in (planned(), planned(planned_on=date(2026, 12, 9), note="")):
        await notifications.hear(event)
        await notifications.send()  # several at once may arrive in any order

    first, second = notifications.server.mails
    assert second["Subject"] == "Edge gateway is delivered on December 9, 2026"
    assert "Note:" in text_of(first)
    assert "Note:" not in text_of(second)


@pytest.mark.parametrize("nobody", [None, BY_LENA.user_id])
async def test_nobody_is_told_of_what_the_clock_or_the_planner_ordered(
    notifications: NotificationsHarness, nobody: Any
) -> None:
    await introduce(notifications)

    await notifications.hear(planned(ordered_by=nobody))

    assert await told(notifications) == {}


@pytest.mark.rule("L14", "D28")
async def test_both_mails_are_in_the_language_of_their_reader(notifications: NotificationsHarness) -> None:
    await staff(notifications)
    await notifications.hear(person(MARCO, "marco@northwind.example", "Marco", locale="de-DE"))

    await notifications.hear(planned())

    [mail] = (await told(notifications)).values()
    said = " ".join(text_of(mail).split())
    assert mail["Subject"] == "Edge gateway wird am 7. Dezember 2026 geliefert"
    assert "Geplant für: 7. Dezember 2026" in said
    assert "Hinweis: Two people come." in said
    with localised_for(Localisation("de-DE")):
        opened = CONTENTS[Topic.manual_task_opened](
            FACTS | {"display_name": "Edge gateway", "wanted_on": None}, CONTEXT
        )
    assert opened.subject.endswith(" ist einzurichten")
    assert ("Gewünscht für", "So bald wie möglich") in opened.rows


@pytest.mark.rule("L14")
@pytest.mark.parametrize(("kind", "verb", "to_do", "day", "happens"), SUBJECTS)
def test_both_mails_say_what_is_done(kind: str, verb: str, to_do: str, day: str, happens: str) -> None:
    facts = FACTS | {"kind": kind, "verb": verb}

    opened, plan = (CONTENTS[each](facts, CONTEXT) for each in (Topic.manual_task_opened, Topic.manual_task_planned))

    assert opened.subject.endswith(to_do)
    assert day in plan.subject
    assert happens in plan.paragraphs[0]


@pytest.mark.rule("L14", "D18")
async def test_who_ordered_is_told_why_it_could_not_be_done(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    ordered = ORDER | {"service_id": uuid4(), "kind": "asset"}
    standing = {name: value for name, value in ordered.items() if name != "asked_by"} | {"state": "active"}

    await notifications.hear(ServiceProvisioningFailed(**ordered, **GIVEN_UP, ordered_by=MARCO, step=1))
    await notifications.hear(ServiceChangeFailed(**standing, **GIVEN_UP, ordered_by=JONAS))

    mails = {to: " ".join(text_of(mail).split()) for to, mail in (await told(notifications)).items()}
    new, change = (mails[f"{name} <{name.lower()}@northwind.example>"] for name in ("Marco", "Jonas"))
    assert "could not be carried out. Nothing is billed for it." in new
    assert "What happened: It could not be done: No mast" in new
    assert "at step" not in new
    assert "What happened: It could not be done: No mast" in change
    assert "taken back" not in change


async def test_an_asset_is_delivered_and_does_not_run(notifications: NotificationsHarness) -> None:
    ordered = ORDER | {"service_id": uuid4(), "kind": "asset", "billing_delay_days": 0}
    await notifications.hear(contact("ops@northwind.example", workspace_id=CUSTOMER))

    await notifications.hear(ServiceProvisioned(**ordered))

    [mail] = (await told(notifications)).values()
    assert mail["Subject"] == "Lyon 2 is delivered"
    assert "Lyon 2 is delivered. Its billing starts at once." in " ".join(text_of(mail).split())
