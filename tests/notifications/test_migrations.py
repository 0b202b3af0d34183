"""A database that was in use goes on after an upgrade."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.notifications.office import CUSTOMER, PARTNER, TOM, Office, contact, person, provisioned

DELIVERIES = "SELECT * FROM deliveries ORDER BY created_at"
BEFORE = """
SELECT d.state, d.attempts, d.lease_id, d.leased_until, m.begun_by, m.correlation_id, m.causation_id
  FROM deliveries d JOIN messages m ON m.id = d.message_id ORDER BY d.created_at
"""
UNKNOWN_BEFORE = ("begun_by_address", "begun_via")


async def rows(office: Office, query: str) -> list[dict[str, Any]]:
    async with office.database.owner() as session:
        return [dict(row) for row in (await session.execute(text(query))).mappings()]


async def claim_and_die(office: Office) -> None:
    async def kill() -> None:
        sending.cancel()

    office.server.when_taken = kill
    sending = asyncio.ensure_future(office.send())
    await asyncio.wait([sending])
    office.server.when_taken = None


async def test_deliveries_keep_their_lease_and_get_the_origin_of_their_message(office: Office) -> None:
    events = [provisioned() for _ in range(3)]
    await office.hear(contact(), person(), events[0])
    await office.send()
    await office.hear(events[1])
    await claim_and_die(office)
    await office.hear(events[2])
    now = await rows(office, DELIVERIES)

    await office.database.downgrade("notifications_0001")
    before = await rows(office, BEFORE)
    await office.database.migrate()

    assert [row["state"] for row in before] == ["sent", "sending", "queued"]
    assert [row["attempts"] for row in before] == [1, 1, 0]
    assert [row["leased_until"] for row in before] == [None, now[1]["due_at"], None]
    assert [row["causation_id"] for row in before] == [event.event_id for event in events]
    after = await rows(office, DELIVERIES)
    assert [(row["begun_by"], row["begun_by_address"], row["begun_via"]) for row in after] == [
        (TOM, None, "system")
    ] * 3
    for old, new in zip(now, after, strict=True):
        assert {k: v for k, v in old.items() if k not in UNKNOWN_BEFORE}.items() <= new.items()
    [announced, *_] = await rows(office, "SELECT * FROM announcements")
    assert (announced["workspace_id"], announced["parent_workspace_id"]) == (CUSTOMER, PARTNER)
    await office.send(after=timedelta(seconds=121))
    assert await office.deliveries() == ["sent"] * 3
    assert await office.problems() == []
