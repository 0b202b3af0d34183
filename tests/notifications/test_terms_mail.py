"""Who is told by mail of the terms of subscriptions, and what additional users are told of at all."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared.events import Actor
from shared.events.billing import SubscriptionEnded, SubscriptionExpiring, SubscriptionRenewed
from shared.events.identity import AccessRequested, WorkspaceSuspended
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, NotificationsHarness, person
from tests.notifications.test_move_mail import mails_of, member, said_in

ROLES = ("admin", "regular", "member", "additional", "read_only", "support")
HERE: dict[str, Any] = {"workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "occurred_at": NOON,
                        "actor": Actor()}  # fmt: skip
TERM = HERE | {"subscription_id": uuid4(), "service_id": uuid4(), "bill_group_id": uuid4(),
               "display_name": "Frankfurt uplink"}  # fmt: skip
TOLD = {"admin@northwind.example", "additional@northwind.example"}


@pytest.fixture
async def everybody(notifications: NotificationsHarness) -> NotificationsHarness:
    """One user of each role."""
    for role in ROLES:
        user_id = uuid4()
        address = f"{role.replace('_', '-')}@northwind.example"
        await notifications.hear(person(user_id, address, role.title()), member(user_id, CUSTOMER, role))
    return notifications


@pytest.mark.rule("I12", "I27")
@pytest.mark.parametrize(
    ("event", "subject"),
    [
        (SubscriptionExpiring(**TERM, term_ends_on=date(2026, 12, 31), at_term_end="end", days_left=30), "ends on"),
        (SubscriptionRenewed(**TERM, term_ends_on=date(2027, 12, 31), months=12, by_itself=True), "was renewed until"),
        (SubscriptionEnded(**TERM, reason="expired", ended_on=date(2026, 12, 31)), "has ended"),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_admins_and_additional_users_are_told_of_terms(
    everybody: NotificationsHarness, event: Any, subject: str
) -> None:
    mails = await mails_of(everybody, event)

    assert mails.keys() == TOLD
    for mail in mails.values():
        assert subject in str(mail["Subject"])
        assert "an admin or an additional user of Northwind Logistics" in said_in(mail)


@pytest.mark.rule("I27")
async def test_additional_users_are_not_told_of_what_admins_decide(everybody: NotificationsHarness) -> None:
    asked = AccessRequested(**HERE, access_request_id=uuid4(), user_id=uuid4())
    suspended = WorkspaceSuspended(
        **HERE, kind="customer", slug="northwind", display_name="Northwind Logistics", account_number="AC-1",
        connected=True, suspended=True, reason="Unpaid.", suspended_by="Meridian Partners", subject_version=9,
    )  # fmt: skip

    await everybody.hear(asked, suspended)
    await everybody.send()

    told = {str(mail["To"]) for mail in everybody.server.mails}
    assert len(told) == 1
    assert "admin@northwind.example" in told.pop()
