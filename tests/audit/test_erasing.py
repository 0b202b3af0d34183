"""A person is erased in the log when the event of it arrives, in whatever order it does with others about them."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import Event
from shared.events.identity import UserErased, UserRegistered, UserSignedIn, UserUpdated
from tests.audit.harness import NOON, AuditHarness, counts, user_actor
from tests.harness.scanning import tables_naming

ADDRESS, NAME = "tomasina@northwind.example", "Tomasina Quill"
LIST = "/api/audit/entries"


def life(user_id: Any, workspace_id: Any) -> list[Event]:
    about: dict[str, Any] = {"workspace_id": workspace_id, "user_id": user_id, "occurred_at": NOON,
                             "actor": user_actor(user_id, ADDRESS)}  # fmt: skip
    called = {"address": ADDRESS, "display_name": NAME}
    return [
        UserRegistered(**about, **called),
        UserUpdated(**about, **called, subject_version=2),
        UserSignedIn(**about, session_id=uuid4(), method="code", browser="Firefox on Linux", ip="203.0.113.7"),
        counts(workspace_id, actor=user_actor(user_id, ADDRESS)),
        UserErased(workspace_id=workspace_id, user_id=user_id, occurred_at=NOON, subject_version=3),
    ]


@pytest.mark.rule("D27")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)), batches=st.lists(st.integers(1, 5), min_size=5, max_size=5))
async def test_in_any_order_no_key_is_left_and_none_is_made_again(
    log: AuditHarness, order: list[int], batches: list[int]
) -> None:
    user_id, workspace_id = uuid4(), uuid4()
    events = [life(user_id, workspace_id)[n] for n in order]

    while events:
        size = batches.pop()
        await log.keep(*events[:size])
        events = events[size:]
    await log.keep(*life(user_id, workspace_id)[:4])  # what comes even later
    await log.seal()

    key = await log.scalar("SELECT k::text FROM person_keys k WHERE person_id = :id", id=user_id)
    assert key == f"({user_id},,,,)"
    assert await tables_naming(log.database, ADDRESS, NAME) == []
    assert (await log.verify()).problems == []


@pytest.mark.rule("D27", "K14")
async def test_entries_stay_and_say_nothing_of_the_person(run: Any) -> None:
    running = await run("audit")
    log, jonas, tom = AuditHarness(running.database), await running.caller("admin"), uuid4()
    *before, erased = life(tom, jonas.workspace_id)
    await log.keep(*before)
    known = (await jonas.http.get(LIST)).json()["items"]

    await log.keep(erased)

    told = (await jonas.http.get(LIST)).json()["items"]
    assert any(entry["actor"]["address"] == ADDRESS for entry in known)
    assert len(told) == len(known) + 1
    assert ADDRESS not in str(told)
    assert NAME not in str(told)
    assert (await log.verify()).problems == []
