"""A database that was in use goes on after an upgrade."""

from typing import Any

from sqlalchemy import text

from tests.provisioning.shop import Shop, StoppedClock

OPERATIONS = "SELECT * FROM operations ORDER BY started_at, id"
BEFORE = "SELECT state, unanswered, due_at, lease_id, leased_until FROM operations ORDER BY started_at, id"
LEASE_AND_MORE = 61


async def rows(shop: Shop, query: str) -> list[dict[str, Any]]:
    async with shop.database.owner() as session:
        return [dict(row) for row in (await session.execute(text(query))).mappings()]


async def test_operations_keep_their_lease_and_get_the_origin_of_their_order(shop: Shop) -> None:
    tom = await shop.running.caller("regular", via="on_behalf", address="tom@meridian.example")
    product = await shop.product()
    finished = await shop.order(tom, product)
    await shop.work()
    leased = await shop.order(tom, product)
    clock = StoppedClock()
    assert len(await shop.claim(clock)) == 1
    queued = await shop.order(tom, product)
    now = await rows(shop, OPERATIONS)

    await shop.database.downgrade("provisioning_0002")
    before = await rows(shop, BEFORE)
    await shop.database.migrate()

    assert [row["state"] for row in before] == ["succeeded", "running", "queued"]
    assert [row["leased_until"] for row in before] == [None, now[1]["due_at"], None]
    assert [row["unanswered"] for row in before] == [0, 0, 0]
    assert await rows(shop, OPERATIONS) == now
    assert [row["begun_by_address"] for row in now] == ["tom@meridian.example"] * 3
    clock.move(seconds=LEASE_AND_MORE)
    await shop.work(clock)
    for order in (finished, leased, queued):
        read = await shop.read(tom, order)
        assert (read["state"], read["placed_via"]) == ("fulfilled", "on_behalf")
    assert await shop.broken() == []
