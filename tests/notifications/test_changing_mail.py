"""People hear by mail what becomes of services that are changed, cancelled or suspended (K8, P19, K2)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.provisioning import (
    CancellationOrdered,
    OperationEnded,
    OrderRequested,
    ServiceChanged,
    ServiceChangeFailed,
    ServiceChangeOrdered,
    ServiceResumed,
    ServiceSuspended,
)
from tests.notifications.harness import NotificationsHarness
from tests.notifications.mail_server import text_of
from tests.notifications.test_order_mail import BY_JONAS, JONAS, MARCO, ORDER, by, introduce, told

MARCOS, JONASES, RITAS = (f"{name.title()} <{name}@northwind.example>" for name in ("marco", "jonas", "rita"))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STANDING: dict[str, Any] = {name: value for name, value in ORDER.items() if name not in ("asked_by", "order_id")} | {
    "service_id": uuid4(), "state": "active", "occurred_at": NOON,
}  # fmt: skip
CHANGE = STANDING | {"order_id": uuid4()}
WANTED = {"wanted_plan_version_id": uuid4(), "wanted_quantity": 2}
CANCELLED = CHANGE | {"end_reason": "not_needed", "ends": "period_end"}


@pytest.mark.rule("K8")
async def test_who_ordered_a_change_hears_how_it_ended(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    former = {"former_plan_version_id": uuid4(), "former_quantity": 1}

    await notifications.hear(ServiceChanged(**CHANGE, **former, ordered_by=MARCO))
    await notifications.hear(ServiceChangeFailed(**CHANGE, reason="no", reason_code="unanswered", ordered_by=JONAS))

    mails = await told(notifications)
    assert {to: str(mail["Subject"]) for to, mail in mails.items()} == {
        MARCOS: "Lyon 2 is changed", JONASES: "Lyon 2 could not be changed",
    }  # fmt: skip
    assert "costs what it did" in " ".join(text_of(mails[JONASES]).split())


@pytest.mark.rule("D2")
async def test_who_asked_for_a_change_hears_that_it_is_approved(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(ServiceChangeOrdered(**CHANGE, **WANTED, asked_by=MARCO, actor=BY_JONAS))
    await notifications.hear(ServiceChangeOrdered(**CHANGE, **WANTED, asked_by=JONAS, actor=BY_JONAS))

    assert {to: str(mail["Subject"]) for to, mail in (await told(notifications)).items()} == {
        MARCOS: "What you asked for about Lyon 2 is approved",
    }  # fmt: skip


@pytest.mark.rule("D2")
@pytest.mark.parametrize(("kind", "said"), [("change", "asks to change"), ("cancel", "asks to cancel")])
async def test_who_may_approve_hears_what_is_wanted(notifications: NotificationsHarness, kind: str, said: str) -> None:
    await introduce(notifications)

    await notifications.hear(OrderRequested(**ORDER, order_kind=kind, service_id=uuid4(), actor=BY_JONAS))

    mails = await told(notifications)
    assert said in " ".join(text_of(mails[RITAS]).split())


@pytest.mark.rule("P19")
async def test_admins_hear_of_a_cancellation_unless_they_ordered_it(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(CancellationOrdered(**CANCELLED, actor=by(MARCO, "marco@northwind.example")))
    await notifications.hear(CancellationOrdered(**CANCELLED | {"service_id": uuid4()}, actor=BY_JONAS))

    [(to, mail)] = (await told(notifications)).items()
    assert (to, str(mail["Subject"])) == (JONASES, "Lyon 2 was cancelled")
    said = " ".join(text_of(mail).split())
    assert "works until the end of its billing period" in said
    assert "Who: Marco (marco@northwind.example)" in said


@pytest.mark.rule("I14")
async def test_all_admins_hear_of_new_credentials_also_who_reset_them(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    reset = {name: STANDING[name] for name in ("workspace_id", "service_id", "display_name", "bill_group_id")} | {
        "operation_id": uuid4(), "verb": "reset_credentials", "outcome": "succeeded", "actor": BY_JONAS,
    }  # fmt: skip

    await notifications.hear(OperationEnded(**reset))
    await notifications.hear(OperationEnded(**reset | {"operation_id": uuid4(), "outcome": "failed"}))
    await notifications.hear(OperationEnded(**reset | {"operation_id": uuid4(), "verb": "restart"}))

    [(to, mail)] = (await told(notifications)).items()
    assert (to, str(mail["Subject"])) == (JONASES, "The credentials of Lyon 2 were reset")
    said = " ".join(text_of(mail).split())
    assert "Who: Jonas (jonas@northwind.example)" in said
    assert "We never send them by mail." in said


@pytest.mark.rule("K2")
async def test_admins_hear_once_a_day_that_services_are_suspended_for_debts(
    notifications: NotificationsHarness,
) -> None:
    await introduce(notifications)

    for _ in range(3):
        here = STANDING | {"service_id": uuid4(), "state": "suspended"}
        await notifications.hear(ServiceSuspended(**here, suspended_for=("overdue",)))
        await notifications.hear(ServiceSuspended(**here, suspended_for=("customer",)))
    await notifications.send()  # mails that are sent at the same time arrive in any order
    later = STANDING | {"occurred_at": NOON + timedelta(days=1)}
    await notifications.hear(ServiceResumed(**later), ServiceResumed(**later | {"service_id": uuid4()}))
    await notifications.hear(ServiceResumed(**later | {"service_id": uuid4()}, actor=BY_JONAS))
    await notifications.send()

    assert notifications.server.subjects == ["Lyon 2 is suspended", "Lyon 2 works again"]
