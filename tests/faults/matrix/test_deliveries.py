"""Events come twice, ten times, in another order, a day late, or cannot be read: each effect is there once."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.faults.matrix.cells import check_mails, check_order, do_all
from tests.faults.matrix.deliveries import (
    broker,
    held_back,
    newest_event,
    publish_again,
    put,
    reverse,
    shuffle,
    take_letters,
)
from tests.faults.matrix.mixed import Mixed
from tests.faults.matrix.results import Cells
from tests.faults.matrix.world import World
from tests.harness.installation import real_now

MEANS_ELSE = {"quantity": {"from": 1, "to": 2}}
POISON: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "poison": lambda event: b"{",
    "newer version": lambda event: orjson.dumps(event | {"event_id": str(uuid4()), "schema_version": 9} | MEANS_ELSE),
    "unknown type": lambda event: orjson.dumps(event | {"event_id": str(uuid4()), "name": "provisioning.unheard_of"}),
}
UNREADABLE = 10


@pytest.mark.faults
@pytest.mark.rule("D23")
@pytest.mark.parametrize("times", [1, 10])
async def test_what_is_delivered_again_is_done_once(world: World, cells: Cells, times: int) -> None:
    with cells.cell("deliveries", f"again, {times} times") as cell:
        flow = Mixed()
        items, since = await flow.prepare(world), real_now()
        await do_all(world, flow, items)
        await world.settle()
        healed = time.monotonic()
        await publish_again(world, since, times)
        await world.settle()
        cell.seconds = time.monotonic() - healed
        await flow.check(world, items)
        await check_order(world, since)
        await check_mails(world, since, repeated=False)


ORDERS: dict[str, Callable[[list[Any], random.Random], list[Any]]] = {
    "reversed": lambda rows, chance: reverse(rows),
    "shuffled": shuffle,
    "a day late": lambda rows, chance: rows,
}


@pytest.mark.faults
@pytest.mark.rule("D23")
@pytest.mark.parametrize("name", ORDERS)
async def test_the_order_in_which_events_arrive_does_not_matter(world: World, cells: Cells, name: str) -> None:
    chance: random.Random = cells.chance(name)
    with cells.cell("deliveries", name) as cell:
        flow = Mixed()
        items, since = await flow.prepare(world), real_now()
        await world.rest()
        async with held_back(world, lambda rows: ORDERS[name](rows, chance)):
            await do_all(world, flow, items)
            await world.provisioned(since)
            if name == "a day late":
                world.installed.advance(1)
        healed = time.monotonic()
        await world.settle()
        cell.seconds = time.monotonic() - healed
        await flow.check(world, items)
        await check_mails(world, since, repeated=False)


@pytest.mark.faults
@pytest.mark.rule("D23")
@pytest.mark.parametrize("name", POISON)
async def test_what_cannot_be_read_is_put_aside_and_hinders_nothing(world: World, cells: Cells, name: str) -> None:
    with cells.cell("deliveries", name) as cell:
        flow = Mixed()
        items, since = await flow.prepare(world), real_now()
        await world.rest()
        event = await newest_event(world)
        async with broker(world) as connection, asyncio.TaskGroup() as group:
            group.create_task(do_all(world, flow, items))
            for _ in range(UNREADABLE):
                await put(connection, POISON[name](event))
        healed = time.monotonic()
        await take_letters(world, UNREADABLE)
        await world.settle()
        cell.seconds = time.monotonic() - healed
        await flow.check(world, items)
        await check_order(world, since)
        await check_mails(world, since, repeated=False)
