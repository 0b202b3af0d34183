"""Workers that die, are slow, or are many: each step is done once."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.provisioning.jobs import advance_operations, call_driver, record_step
from shared.leases import work_on
from tests.provisioning.shop import Shop, StoppedClock, post

LEASE_AND_MORE = 61


async def test_many_workers_at_once_do_each_step_once(shop: Shop) -> None:
    jonas, product = await shop.running.caller("admin"), await shop.product()
    orders = [await shop.order(jonas, product) for _ in range(8)]

    async def work() -> None:
        for _ in range(20):
            await advance_operations(shop.worker())

    await asyncio.gather(*(work() for _ in range(4)))

    made = await shop.made()
    told: list[Any] = await shop.database.events("provisioning.service_provisioned")
    assert made == sorted((f"provision/{order['service_id']}", n) for order in orders for n in (1, 2, 3, 4))
    assert sorted(e["service_id"] for e in told) == sorted(order["service_id"] for order in orders)
    assert len(await shop.database.events("provisioning.order_progressed")) == 8 * 4
    assert await shop.broken() == []


async def test_a_step_that_a_worker_holds_is_nobody_elses(shop: Shop) -> None:
    await shop.order(await shop.running.caller("admin"), await shop.product())

    held = await shop.claim()

    assert len(held) == 1
    assert await shop.claim() == []


@pytest.mark.parametrize("driver_was_called", [False, True])
async def test_a_worker_that_dies_in_a_step_loses_its_lease_and_nothing_else(
    shop: Shop, driver_was_called: bool
) -> None:
    jonas, clock = await shop.running.caller("admin"), StoppedClock()
    order = await shop.order(jonas, await shop.product())
    clock.move(seconds=1)
    [died] = await shop.claim(clock)
    if driver_was_called:
        await call_driver(shop.worker(clock), died.row)

    await shop.work(clock)
    meanwhile = await shop.read(jonas, order)
    clock.move(seconds=LEASE_AND_MORE)
    await shop.work(clock)

    assert meanwhile["state"] == "placed"
    assert (await shop.read(jonas, order))["state"] == "fulfilled"
    assert await shop.made() == [(f"provision/{order['service_id']}", n) for n in (1, 2, 3, 4)]
    assert await shop.broken() == []


async def test_a_worker_that_comes_back_after_its_lease_changes_nothing(shop: Shop) -> None:
    jonas, clock = await shop.running.caller("admin"), StoppedClock()
    order = await shop.order(jonas, await shop.product())
    clock.move(seconds=1)
    [slow] = await shop.claim(clock)
    clock.move(seconds=LEASE_AND_MORE)
    await shop.work(clock)
    before = await shop.database.events()

    await work_on(shop.worker(clock), slow, call_driver, record_step)

    assert await shop.database.events() == before
    assert (await shop.read(jonas, order))["state"] == "fulfilled"


async def test_a_step_that_kills_every_worker_is_given_up(shop: Shop) -> None:
    jonas, clock = await shop.running.caller("admin"), StoppedClock()
    order = await shop.order(jonas, await shop.product())
    for _ in range(6):
        clock.move(seconds=LEASE_AND_MORE)
        assert [claim.spent for claim in await shop.claim(clock)] == [False]

    clock.move(seconds=LEASE_AND_MORE)
    await shop.work(clock)

    assert (await shop.read(jonas, order))["state"] == "failed"
    assert await shop.made() == []


@pytest.mark.rule("D22")
async def test_two_retries_at_once_are_one(shop: Shop) -> None:
    jonas = await shop.running.caller("admin")
    order = await shop.order(jonas, await shop.product(driver_options={"step_seconds": 0, "fail_at_step": 2}))
    await shop.work()
    path, body = f"/api/provisioning/orders/{order['id']}/retry", {"workspace_id": str(jonas.workspace_id)}

    answers = await asyncio.gather(*(post(shop.provider, path, body, key=f"retry-{uuid4()}") for _ in range(4)))
    await shop.work()

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await shop.read(jonas, order))["state"] == "fulfilled"
    assert await shop.broken() == []
