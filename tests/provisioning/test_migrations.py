"""A database that is in use still works after an upgrade."""

from typing import Any

from sqlalchemy import text

from tests.harness.clocks import StoppedClock
from tests.provisioning.harness import ProvisioningHarness

OPERATIONS = "SELECT * FROM operations ORDER BY started_at, id"
BEFORE = "SELECT state, unanswered, due_at, lease_id, leased_until FROM operations ORDER BY started_at, id"
LEASE_AND_MORE = 61


async def rows(provisioning: ProvisioningHarness, query: str) -> list[dict[str, Any]]:
    async with provisioning.database.owner() as session:
        return [dict(row) for row in (await session.execute(text(query))).mappings()]


async def test_operations_keep_their_lease_and_get_the_origin_of_their_order(provisioning: ProvisioningHarness) -> None:
    tom = await provisioning.running.caller("regular", via="on_behalf", address="tom@meridian.example")
    product = await provisioning.product()
    finished = await provisioning.order(tom, product)
    await provisioning.work()
    leased = await provisioning.order(tom, product)
    clock = StoppedClock()
    assert len(await provisioning.claim(clock)) == 1
    queued = await provisioning.order(tom, product)
    now = await rows(provisioning, OPERATIONS)

    await provisioning.database.downgrade("provisioning_0002")
    before = await rows(provisioning, BEFORE)
    await provisioning.database.migrate()

    assert [row["state"] for row in before] == ["succeeded", "running", "queued"]
    assert [row["leased_until"] for row in before] == [None, now[1]["due_at"], None]
    assert [row["unanswered"] for row in before] == [0, 0, 0]
    assert await rows(provisioning, OPERATIONS) == now
    assert [row["begun_by_address"] for row in now] == ["tom@meridian.example"] * 3
    clock.move(seconds=LEASE_AND_MORE)
    await provisioning.work(clock)
    for order in (finished, leased, queued):
        read = await provisioning.read(tom, order)
        assert (read["state"], read["placed_via"]) == ("fulfilled", "on_behalf")
    assert await provisioning.broken() == []
