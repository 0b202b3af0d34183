"""Who is told by mail of a change of an account's holders, and that they were added to it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events import Actor, Via
from shared.events.identity import (
    HolderChanged,
    HolderChangeEnded,
    HolderChangeProposed,
    HolderChangeUndone,
    HoldersCheckDue,
    UserAdded,
)
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, NotificationsHarness, person
from tests.notifications.test_move_mail import mails_of, said_in

JONAS, MARA, EVA = uuid4(), uuid4(), uuid4()
ADDRESSES = {"jonas@northwind.example", "mara@northwind.example", "eva@northwind.example"}
BY_EVA = Actor(kind="user", user_id=EVA, address="eva@northwind.example", via=Via.own)
HERE: dict[str, Any] = {"workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "occurred_at": NOON, "actor": BY_EVA}
CHANGE = HERE | {"change_id": uuid4(), "slot": "primary", "former_user_id": JONAS, "new_user_id": MARA,
                 "other_user_id": EVA}  # fmt: skip
LIFE = {"expires_at": NOON + timedelta(days=7)}


@pytest.fixture
async def everybody(notifications: NotificationsHarness) -> NotificationsHarness:
    await notifications.hear(
        person(JONAS, "jonas@northwind.example", "Jonas Weber"),
        person(MARA, "mara@northwind.example", "Mara Lind"),
        person(EVA, "eva@northwind.example", "Eva Brandt"),
    )
    return notifications


@pytest.mark.rule("I17")
async def test_a_proposal_is_mailed_to_the_existing_and_to_the_replacement_address(
    everybody: NotificationsHarness,
) -> None:
    proposed = HolderChangeProposed(**CHANGE, **LIFE, by_provider=False, reason=None)

    mails = await mails_of(everybody, proposed, proposed)

    assert mails.keys() == ADDRESSES
    asked, told = mails["mara@northwind.example"], mails["jonas@northwind.example"]
    assert asked["Subject"] == "Please confirm: you would be a holder of Northwind Logistics"
    assert told["Subject"] == "A holder of Northwind Logistics is to be replaced"
    for mail in (asked, told):
        said = said_in(mail)
        assert "Former holder: Jonas Weber (jonas@northwind.example)" in said
        assert "New holder: Mara Lind (mara@northwind.example)" in said
        assert "/w/northwind/holders" in said
    assert "One of the two holders proposes it." in said_in(told)


@pytest.mark.rule("I17")
@pytest.mark.parametrize(
    ("event", "subject", "words"),
    [
        (HolderChanged(**CHANGE, undo_until=NOON + timedelta(hours=72)), "has changed", "The former holder can undo"),
        (HolderChangeUndone(**CHANGE), "was undone", "The former holder has undone the change"),
        (HolderChangeEnded(**CHANGE, was_proposed=True, reason="declined"), "stay as they are", "has declined."),
        (HolderChangeEnded(**CHANGE, was_proposed=True, reason="withdrawn"), "stay as they are", "was withdrawn."),
        (HolderChangeEnded(**CHANGE, was_proposed=True, reason="expired"), "stay as they are", "has not answered"),
    ],
    ids=lambda each: getattr(each, "reason", None) or getattr(type(each), "__name__", None),
)
async def test_whatever_becomes_of_it_is_mailed_to_both_and_the_other_holder(
    everybody: NotificationsHarness, event: Any, subject: str, words: str
) -> None:
    mails = await mails_of(everybody, event)

    assert mails.keys() == ADDRESSES
    for mail in mails.values():
        assert subject in str(mail["Subject"])
        assert words in said_in(mail)


async def test_a_slot_that_nobody_had_has_no_former_holder(everybody: NotificationsHarness) -> None:
    filled = CHANGE | {"slot": "alternate", "former_user_id": None, "other_user_id": JONAS}

    mails = await mails_of(everybody, HolderChanged(**filled, undo_until=None))

    assert mails.keys() == {"jonas@northwind.example", "mara@northwind.example"}
    assert "undo" not in said_in(mails["mara@northwind.example"])


@pytest.mark.rule("I17")
async def test_what_the_staff_propose_says_why(everybody: NotificationsHarness) -> None:
    proposed = HolderChangeProposed(**CHANGE, **LIFE, by_provider=True, reason="Jonas has left.")

    before = await mails_of(everybody, HolderChangeEnded(**CHANGE, was_proposed=False, reason="withdrawn"))
    mails = await mails_of(everybody, proposed)

    assert before == {}, "only the staff know of it"
    said = said_in(mails["jonas@northwind.example"])
    assert "Two people of the provider’s staff propose it together." in said
    assert "Reason: Jonas has left." in said


@pytest.mark.rule("I32")
async def test_both_holders_are_asked_once_a_year(everybody: NotificationsHarness) -> None:
    mails = await mails_of(everybody, HoldersCheckDue(**HERE, holders=(JONAS, EVA)))

    assert mails.keys() == {"jonas@northwind.example", "eva@northwind.example"}
    assert "Are the two holders of Northwind Logistics still right?" in str(mails["eva@northwind.example"]["Subject"])


@pytest.mark.rule("I20")
async def test_who_was_added_is_told_where_and_by_whom(everybody: NotificationsHarness) -> None:
    mails = await mails_of(everybody, UserAdded(**HERE, user_id=MARA, role="additional"))

    assert mails.keys() == {"mara@northwind.example"}
    said = said_in(mails["mara@northwind.example"])
    assert "Added by: Eva Brandt (eva@northwind.example)" in said
    assert "Role: Additional" in said
