"""What notifications has of a person goes when they are erased, whatever arrives before or after it."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications.jobs import forget_erased_people_again
from shared.events import Actor, Event, Via
from shared.events.identity import ErasureRequested, UserErased, UserUpdated
from tests.harness.scanning import tables_naming
from tests.notifications.harness import NOON, PARTNER, NotificationsHarness, person, signed_in

TOM_ADDRESS, NAME = "tomasino@meridian.example", "Tomasino Quill"


def life(user_id: Any) -> list[Event]:
    """All that is said of a person, the end last."""
    actor = Actor(kind="user", user_id=user_id, address=TOM_ADDRESS, via=Via.own)
    about: dict[str, Any] = {"workspace_id": PARTNER, "user_id": user_id, "occurred_at": NOON, "actor": actor}
    return [
        person(user_id, TOM_ADDRESS, NAME),
        UserUpdated(**about, address=TOM_ADDRESS, display_name=NAME, subject_version=7),
        signed_in().model_copy(update=about | {"browser": f"Browser of {NAME}"}),
        ErasureRequested(**about, erasure_id=uuid4(), due_at=NOON),
        UserErased(workspace_id=PARTNER, user_id=user_id, occurred_at=NOON, subject_version=8),
    ]


@pytest.mark.rule("D27")
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)))
async def test_in_any_order_nothing_is_left_once_all_has_arrived(
    notifications: NotificationsHarness, order: list[int]
) -> None:
    user_id = uuid4()
    events = life(user_id)

    await notifications.hear(*(events[n] for n in order))
    await notifications.hear(events[1], events[2])  # once more, late
    await forget_erased_people_again(notifications.job)
    await notifications.send()

    assert await tables_naming(notifications.database, TOM_ADDRESS, NAME) == []
    assert set(await notifications.deliveries()) <= {"suppressed"}
    assert notifications.server.mails == []
    assert await notifications.problems() == []


@pytest.mark.rule("D27", "D30")
async def test_the_last_mail_has_its_address_with_it_and_is_sent_although_nobody_knows_it_any_more(
    notifications: NotificationsHarness,
) -> None:
    user_id = uuid4()
    events = life(user_id)
    await notifications.hear(events[0], events[-1])

    await notifications.command_secret("account_deleted", address=TOM_ADDRESS, display_name=NAME)
    await notifications.send()

    [mail] = notifications.server.mails
    assert "Your account is deleted" in str(mail)
    assert await tables_naming(notifications.database, TOM_ADDRESS, NAME) == []
