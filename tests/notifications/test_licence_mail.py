"""Who is told of licences by mail, and that no mail has a key (I5, I10, I22, D30)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared.events import Actor, Via
from shared.events.grants import Grant
from shared.events.identity import AccessGranted
from shared.events.provisioning import LicenceIssued, LicenceReinstated, LicenceRevoked, LicenceRotated
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, NotificationsHarness, person
from tests.notifications.test_move_mail import mails_of, said_in

EVA, MARA, TIM = uuid4(), uuid4(), uuid4()
LICENCE: dict[str, Any] = {
    "workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "occurred_at": NOON,
    "actor": Actor(kind="user", user_id=EVA, address="eva@northwind.example", via=Via.own),
    "licence_id": uuid4(), "service_id": uuid4(), "display_name": "Gateway of Hamburg", "product_id": uuid4(),
    "product_name": "Harbour Gateway", "state": "valid", "generation": 1, "quantity": 3,
    "maintenance_until": date(2027, 11, 30),
}  # fmt: skip


@pytest.fixture
async def everybody(notifications: NotificationsHarness) -> NotificationsHarness:
    await notifications.hear(
        person(EVA, "eva@northwind.example", "Eva Brandt"),
        person(MARA, "mara@northwind.example", "Mara Lind"),
        person(TIM, "tim@northwind.example", "Tim Roth"),
    )
    for user_id, role in ((EVA, "admin"), (MARA, "additional"), (TIM, "member")):
        grant = Grant(grant_id=uuid4(), workspace_id=CUSTOMER, role=role, source="membership")
        granted = AccessGranted(workspace_id=CUSTOMER, user_id=user_id, from_version=0, to_version=1, grant=grant)
        await notifications.hear(granted)
    return notifications


@pytest.mark.rule("I5", "I10", "I22")
async def test_admins_and_additional_users_hear_that_a_licence_is_ready(everybody: NotificationsHarness) -> None:
    issued = LicenceIssued(**LICENCE | {"actor": Actor()})

    mails = await mails_of(everybody, issued, issued)

    assert mails.keys() == {"eva@northwind.example", "mara@northwind.example"}
    said = said_in(mails["mara@northwind.example"])
    assert mails["mara@northwind.example"]["Subject"] == "The licence of Gateway of Hamburg is ready"
    assert f"/w/northwind/licences/{LICENCE['licence_id']}" in said
    assert "Releases until: November 30, 2027" in said


@pytest.mark.rule("I5")
@pytest.mark.parametrize(
    ("event", "told"),
    [
        (LicenceRotated(**LICENCE), ("has a new key", "Eva Brandt")),
        (LicenceRevoked(**LICENCE | {"actor": Actor()}, reason="Unpaid"), ("was revoked", "Reason: Unpaid")),
        (LicenceReinstated(**LICENCE | {"actor": Actor()}), ("is valid again", "hold again")),
    ],
)
async def test_admins_hear_what_becomes_of_it(
    everybody: NotificationsHarness, event: LicenceRotated | LicenceRevoked | LicenceReinstated, told: tuple[str, str]
) -> None:
    mails = await mails_of(everybody, event)

    assert mails.keys() == {"eva@northwind.example"}
    assert told[0] in mails["eva@northwind.example"]["Subject"]
    assert told[1] in said_in(mails["eva@northwind.example"])
