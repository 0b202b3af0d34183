"""Who is told by mail of an account that its holders close."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events import Actor
from shared.events.identity import WorkspaceClosed, WorkspaceClosing, WorkspaceClosingSoon, WorkspaceKept
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, PROVIDER, NotificationsHarness, person
from tests.notifications.test_move_mail import BY_EVA, EVA, mails_of, member, said_in

MARA, ANA, ROBIN, LENA = (uuid4() for _ in range(4))
STATE: dict[str, Any] = {
    "workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "kind": "customer", "slug": "northwind",
    "display_name": "Northwind Logistics", "account_number": "AC-1", "connected": True, "occurred_at": NOON,
    "subject_version": 9,
}  # fmt: skip
ON = NOON + timedelta(days=30)
ADMINS = {"eva@northwind.example", "mara@northwind.example", "ana@meridian.example"}


@pytest.fixture
async def everybody(notifications: NotificationsHarness) -> NotificationsHarness:
    await notifications.hear(
        person(EVA, "eva@northwind.example", "Eva Brandt"), member(EVA, CUSTOMER),
        person(MARA, "mara@northwind.example", "Mara"), member(MARA, CUSTOMER),
        person(LENA, "lena@northwind.example", "Lena"), member(LENA, CUSTOMER, "regular"),
        person(ANA, "ana@meridian.example", "Ana"), member(ANA, PARTNER),
        person(ROBIN, "robin@larkspur.example", "Robin"), member(ROBIN, PROVIDER),
    )  # fmt: skip
    return notifications


@pytest.mark.rule("D27")
async def test_all_admins_and_those_of_the_seller_are_told_who_asked_and_when_it_is_closed(
    everybody: NotificationsHarness,
) -> None:
    event = WorkspaceClosing(**STATE, closes_at=ON, actor=BY_EVA)

    mails = await mails_of(everybody, event, event)

    said = said_in(mails["mara@northwind.example"])
    assert mails.keys() == ADMINS, "also who asked, who has to find the way back"
    assert "December 22, 2026" in mails["ana@meridian.example"]["Subject"]
    assert "Eva Brandt" in said
    assert "can keep the account" in said


@pytest.mark.parametrize("kind", [WorkspaceClosingSoon, WorkspaceKept])
async def test_they_are_told_that_the_day_is_near_or_that_it_stays(
    everybody: NotificationsHarness, kind: type[WorkspaceClosingSoon | WorkspaceKept]
) -> None:
    mails = await mails_of(everybody, kind(**STATE, closes_at=ON if kind is WorkspaceClosingSoon else None))

    assert mails.keys() == ADMINS


@pytest.mark.rule("D27")
async def test_who_was_an_admin_is_told_that_it_is_closed_though_they_have_lost_access(
    everybody: NotificationsHarness,
) -> None:
    gone = uuid4()
    await everybody.hear(person(gone, "gone@northwind.example", "Gone"))
    event = WorkspaceClosed(**STATE, closes_at=ON, closed=True, admins=(EVA, gone), actor=Actor())

    mails = await mails_of(everybody, event)

    assert mails.keys() == {"eva@northwind.example", "gone@northwind.example", "ana@meridian.example"}
    assert "Everybody else has lost access" in said_in(mails["gone@northwind.example"])
