"""A database that is in use still works after an upgrade."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.notifications.deliveries.gathering import QUIET
from tests.notifications.harness import CUSTOMER, PARTNER, TOM, NotificationsHarness, contact, person, provisioned

DELIVERIES = "SELECT * FROM deliveries ORDER BY created_at"
BEFORE = """
SELECT d.state, d.attempts, d.lease_id, d.leased_until, m.begun_by, m.correlation_id, m.causation_id
  FROM deliveries d JOIN messages m ON m.id = d.message_id ORDER BY d.created_at
"""
UNKNOWN_BEFORE = ("begun_by_address", "begun_via", "gathering", "traceparent")


async def rows(notifications: NotificationsHarness, query: str) -> list[dict[str, Any]]:
    async with notifications.database.owner() as session:
        return [dict(row) for row in (await session.execute(text(query))).mappings()]


async def claim_and_die(notifications: NotificationsHarness) -> None:
    async def kill() -> None:
        sending.cancel()
        await asyncio.wait([sending])  # the server does not answer a worker that is dead

    notifications.server.when_taken = kill
    sending = asyncio.ensure_future(notifications.send())
    await asyncio.wait([sending])
    notifications.server.when_taken = None


async def test_deliveries_keep_their_lease_and_get_the_origin_of_their_message(
    notifications: NotificationsHarness,
) -> None:
    events = [provisioned() for _ in range(3)]
    await notifications.hear(contact(), person(), events[0])
    await notifications.send()
    await notifications.hear(events[1])
    await claim_and_die(notifications)
    await notifications.hear(events[2])
    now = await rows(notifications, DELIVERIES)

    await notifications.database.downgrade("notifications_0001")
    before = await rows(notifications, BEFORE)
    await notifications.database.migrate()

    assert [row["state"] for row in before] == ["sent", "sending", "queued"]
    assert [row["attempts"] for row in before] == [1, 1, 0]
    assert [row["leased_until"] for row in before] == [None, now[1]["due_at"], None]
    assert [row["causation_id"] for row in before] == [event.event_id for event in events]
    after = await rows(notifications, DELIVERIES)
    assert [(row["begun_by"], row["begun_by_address"], row["begun_via"]) for row in after] == [
        (TOM, None, "system")
    ] * 3
    for old, new in zip(now, after, strict=True):
        assert {k: v for k, v in old.items() if k not in UNKNOWN_BEFORE}.items() <= new.items()
    [announced, *_] = await rows(notifications, "SELECT * FROM announcements")
    assert (announced["workspace_id"], announced["parent_workspace_id"]) == (CUSTOMER, PARTNER)
    await notifications.send(after=timedelta(seconds=121))
    assert await notifications.deliveries() == ["sent"] * 3
    assert await notifications.problems() == []


async def test_messages_that_were_one_mail_get_a_delivery_each_where_the_former_version_serves_again(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(contact(), provisioned(), provisioned(), provisioned())

    await notifications.database.downgrade("notifications_0006")
    await notifications.database.migrate()
    await notifications.send(after=QUIET)

    assert notifications.server.subjects == ["Northwind Logistics provisioned 10 Gbps port"] * 3
    assert await notifications.problems() == []
