"""Who is told by mail of a customer that could go, or has gone, to another seller."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events import Actor, Via
from shared.events.grants import Grant
from shared.events.identity import (
    AccessGranted,
    AccessRevoked,
    CustomerJoined,
    CustomerLeft,
    MoveDeclined,
    MoveExpired,
    MoveProposed,
    MoveWithdrawn,
    WorkspaceMoved,
)
from tests.notifications.harness import (
    CUSTOMER,
    NOON,
    PARTNER,
    PROVIDER,
    NotificationsHarness,
    contact,
    person,
    provisioned,
    workspace,
)
from tests.notifications.mail_server import text_of

EVA, ANA, FARAH, ROBIN, TOM = (uuid4() for _ in range(5))
ALDER = uuid4()
COMPANIES: dict[str, Any] = {
    "move_id": uuid4(), "display_name": "Northwind Logistics",
    "from_company": "Meridian Partners", "to_company": "Alder Networks", "proposed_by": ROBIN, "occurred_at": NOON,
}  # fmt: skip
MOVE: dict[str, Any] = COMPANIES | {"workspace_id": CUSTOMER, "parent_workspace_id": PARTNER}
BY_ROBIN = Actor(kind="user", user_id=ROBIN, address="robin@larkspur.example", via=Via.parent)
BY_EVA = Actor(kind="user", user_id=EVA, address="eva@northwind.example", via=Via.own)
MOVED: dict[str, Any] = COMPANIES | {
    "workspace_id": CUSTOMER, "parent_workspace_id": ALDER, "kind": "customer", "slug": "northwind",
    "account_number": "AC-1", "connected": True, "actor": BY_EVA, "subject_version": 9,
}  # fmt: skip
GONE: dict[str, Any] = {
    "customer_id": CUSTOMER, "customer_name": "Northwind Logistics", "account_number": "AC-1", "occurred_at": NOON,
}  # fmt: skip


def member(user_id: UUID, workspace_id: UUID, role: str = "admin") -> AccessGranted:
    grant = Grant(grant_id=uuid4(), role=role, source="membership", workspace_id=workspace_id)
    return AccessGranted(workspace_id=workspace_id, user_id=user_id, from_version=0, to_version=1, grant=grant)


@pytest.fixture
async def everybody(notifications: NotificationsHarness) -> NotificationsHarness:
    await notifications.hear(
        workspace(ALDER, PROVIDER, "partner", "Alder Networks"),
        person(EVA, "eva@northwind.example", "Eva Brandt"), member(EVA, CUSTOMER),
        person(ANA, "ana@meridian.example", "Ana"), member(ANA, PARTNER),
        person(TOM, "tom@meridian.example", "Tom"), member(TOM, PARTNER, "regular"),
        person(FARAH, "farah@alder.example", "Farah"), member(FARAH, ALDER),
        person(ROBIN, "robin@larkspur.example", "Robin"), member(ROBIN, PROVIDER),
    )  # fmt: skip
    return notifications


async def mails_of(notifications: NotificationsHarness, *events: Any) -> dict[str, Any]:
    """By the address of who gets it."""
    await notifications.hear(*events)
    await notifications.send()
    found = {str(mail["To"]).partition("<")[2].strip(">"): mail for mail in notifications.server.mails}
    assert len(found) == len(notifications.server.mails)
    return found


def said_in(mail: Any) -> str:
    return " ".join(text_of(mail).split())


async def test_the_customers_admins_are_asked_by_the_provider_not_by_who_sells_to_them(
    everybody: NotificationsHarness,
) -> None:
    asked = MoveProposed(**MOVE, company="Larkspur Cloud", reason="Meridian closes.", actor=BY_ROBIN,
                         expires_at=NOON + timedelta(days=14))  # fmt: skip

    mails = await mails_of(everybody, asked, asked)

    assert mails.keys() == {"eva@northwind.example"}
    mail = mails["eva@northwind.example"]
    said = said_in(mail)
    assert mail["Subject"] == "Please decide: Alder Networks could look after Northwind Logistics"
    assert str(mail["From"]).startswith("Larkspur Cloud ")
    assert "Larkspur Cloud proposes that Alder Networks looks after Northwind Logistics from now on, instead of" in said
    assert "Reason: Meridian closes." in said
    assert "Nothing changes before one of your admins consents." in said
    assert "/w/northwind/move" in said


async def test_the_customers_admins_are_told_that_it_was_taken_back(everybody: NotificationsHarness) -> None:
    mails = await mails_of(everybody, MoveWithdrawn(**MOVE, actor=BY_ROBIN))

    assert {mail: str(found["Subject"]) for mail, found in mails.items()} == {
        "eva@northwind.example": "Northwind Logistics stays with Meridian Partners"
    }


@pytest.mark.parametrize(
    ("event", "subject", "words"),
    [
        (MoveDeclined(**MOVE, reason="We like Ana.", actor=BY_EVA), "declined to go to Alder", "Reason: We like Ana."),
        (MoveExpired(**MOVE), "did not answer whether it goes to Alder", "It stays with Meridian Partners."),
    ],
)
async def test_who_proposed_it_is_told_how_it_ended(
    everybody: NotificationsHarness, event: Any, subject: str, words: str
) -> None:
    mails = await mails_of(everybody, event)

    assert mails.keys() == {"robin@larkspur.example"}
    mail = mails["robin@larkspur.example"]
    assert subject in str(mail["Subject"])
    assert words in said_in(mail)
    assert "/provider/" in said_in(mail)


async def test_the_admins_of_all_three_and_who_proposed_it_are_told_of_a_move(everybody: NotificationsHarness) -> None:
    left = CustomerLeft(workspace_id=PARTNER, parent_workspace_id=PROVIDER, **GONE)
    joined = CustomerJoined(workspace_id=ALDER, parent_workspace_id=PROVIDER, **GONE)

    mails = await mails_of(everybody, WorkspaceMoved(**MOVED), left, joined)

    subjects = {address: str(mail["Subject"]) for address, mail in mails.items()}
    assert subjects == {
        "eva@northwind.example": "Alder Networks looks after Northwind Logistics now",
        "ana@meridian.example": "Northwind Logistics is not your customer any more",
        "farah@alder.example": "Northwind Logistics is your customer now",
        "robin@larkspur.example": "Northwind Logistics has gone to Alder Networks",
    }
    assert str(mails["eva@northwind.example"]["From"]).startswith("Alder Networks "), "who sells to it from now on"
    assert "Alder" not in said_in(mails["ana@meridian.example"])
    assert "Meridian" not in said_in(mails["farah@alder.example"])


@pytest.mark.rule("D14")
async def test_who_was_linked_is_told_once_and_learns_nothing_of_the_new_seller(
    everybody: NotificationsHarness,
) -> None:
    grant = Grant(grant_id=uuid4(), role="regular", source="link", workspace_id=CUSTOMER)
    ended = AccessRevoked(workspace_id=CUSTOMER, parent_workspace_id=PARTNER, user_id=TOM, from_version=1, to_version=2,
                          grant=grant, moved=True, actor=BY_EVA, occurred_at=NOON)  # fmt: skip

    await everybody.hear(WorkspaceMoved(**MOVED))
    await everybody.send()
    everybody.server.mails.clear()
    mails = await mails_of(everybody, ended)

    assert mails.keys() == {"tom@meridian.example"}, "the admins get one mail about the customer, not one per link"
    said = said_in(mails["tom@meridian.example"])
    assert "Northwind Logistics is not a customer of your company any more." in said
    assert "Alder" not in f"{said} {mails['tom@meridian.example']['From']}"


@pytest.mark.rule("P27", "P28")
async def test_news_of_orders_from_before_go_to_the_contacts_of_the_new_seller(everybody: NotificationsHarness) -> None:
    """An order keeps who was above its workspace when it was placed."""
    await everybody.hear(
        contact("noc@meridian.example"),
        contact("noc@alder.example", workspace_id=ALDER),
        WorkspaceMoved(**MOVED),
    )
    await everybody.send()
    everybody.server.mails.clear()

    mails = await mails_of(everybody, provisioned())

    assert mails.keys() == {"noc@alder.example"}
