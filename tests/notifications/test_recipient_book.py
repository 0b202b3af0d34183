"""The recipient book is the same whatever the order and repetition of its events."""

from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.events import Event
from shared.events.billing import BillingContactChanged
from shared.events.identity import ContactAdded, ContactChanged, ContactRemoved, UserRegistered, UserUpdated
from tests.notifications.harness import CUSTOMER, PARTNER, NotificationsHarness

BOOK = """
SELECT 'person' AS kind, user_id AS id, address, display_name, version FROM people UNION ALL
SELECT 'contact:' || kind || wants_service_mail, contact_id, address, display_name, version FROM company_contacts
UNION ALL SELECT kind, bill_group_id, address, display_name, version FROM bill_group_contacts ORDER BY 1, 2
"""


def life_of_contact(id_: UUID, length: int, *, removed: bool) -> list[Event]:
    names = {"workspace_id": PARTNER, "contact_id": id_, "kind": "admin"}
    events: list[Event] = [
        (ContactAdded if version == 1 else ContactChanged)(
            **names, address=f"v{version}@meridian.example", display_name=f"Version {version}",
            wants_service_mail=bool(version % 2), subject_version=version,
        )
        for version in range(1, length + 1)
    ]  # fmt: skip
    return [*events, ContactRemoved(**names, subject_version=length + 1)] if removed else events


def life_of_person(id_: UUID, length: int) -> list[Event]:
    return [
        (UserRegistered if version == 1 else UserUpdated)(
            workspace_id=PARTNER, user_id=id_, subject_version=version, address=f"v{version}@meridian.example",
            display_name=f"Version {version}",
        )
        for version in range(1, length + 1)
    ]  # fmt: skip


def life_of_billing_contact(id_: UUID, length: int) -> list[Event]:
    return [
        BillingContactChanged(
            workspace_id=CUSTOMER, bill_group_id=id_, subject_version=version, kind="billing",
            address=f"v{version}@northwind.example", display_name=f"Version {version}",
        )
        for version in range(1, length + 1)
    ]  # fmt: skip


async def book(notifications: NotificationsHarness) -> list[Any]:
    async with notifications.database.owner.begin() as session:
        rows = [tuple(row) for row in (await session.execute(text(BOOK))).all()]
        await session.execute(text("TRUNCATE people, company_contacts, bill_group_contacts"))
    return rows


lengths = st.integers(1, 4)


@settings(max_examples=40, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(contacts=lengths, people=lengths, groups=lengths, removed=st.booleans(), data=st.data())
async def test_order_and_repetition_do_not_matter(
    notifications: NotificationsHarness, contacts: int, people: int, groups: int, removed: bool, data: st.DataObject
) -> None:
    events = [
        *life_of_contact(uuid4(), contacts, removed=removed),
        *life_of_person(uuid4(), people),
        *life_of_billing_contact(uuid4(), groups),
    ]
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=6))
    shuffled = data.draw(st.permutations(events + repeated))
    await notifications.hear(*events)
    expected = await book(notifications)

    await notifications.hear(*shuffled)

    assert await book(notifications) == expected
    assert len(expected) == 3


async def test_a_removed_contact_leaves_no_name_and_no_address(notifications: NotificationsHarness) -> None:
    await notifications.hear(*life_of_contact(uuid4(), 2, removed=True))

    stored = await notifications.everything_stored()

    assert "meridian.example" not in stored
    assert "Version 2" not in stored
