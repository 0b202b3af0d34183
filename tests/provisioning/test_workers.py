"""Dying, slow and concurrent workers: each step is done once. An order wakes them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from deploy.waiting import eventually
from services.provisioning.jobs import advance_operations, call_driver, jobs, record_step
from shared.leases import work_on
from tests.harness.clocks import StoppedClock
from tests.harness.waking import only_woken
from tests.provisioning.harness import ProvisioningHarness, post

LEASE_AND_MORE = 61


async def test_many_workers_at_once_do_each_step_once(provisioning: ProvisioningHarness) -> None:
    jonas, product = await provisioning.running.caller("admin"), await provisioning.product()
    orders = [await provisioning.order(jonas, product) for _ in range(8)]

    async def work() -> None:
        for _ in range(20):
            await advance_operations(provisioning.worker())

    await asyncio.gather(*(work() for _ in range(4)))

    made = await provisioning.made()
    told: list[Any] = await provisioning.database.events("provisioning.service_provisioned")
    assert made == sorted((f"provision/{order['service_id']}", n) for order in orders for n in (1, 2, 3, 4))
    assert sorted(e["service_id"] for e in told) == sorted(order["service_id"] for order in orders)
    assert len(await provisioning.database.events("provisioning.order_progressed")) == 8 * 4
    assert await provisioning.broken() == []


async def test_an_order_is_provisioned_at_once_however_seldom_workers_look(provisioning: ProvisioningHarness) -> None:
    jonas, product = await provisioning.running.caller("admin"), await provisioning.product()
    worker = provisioning.worker()

    async def fulfilled() -> bool:
        return bool((await provisioning.read(jonas, order))["state"] == "fulfilled")

    async with only_woken(jobs, "advance_operations", worker, provisioning.database.worker_url):
        for _ in range(3):
            order = await provisioning.order(jonas, product)
            await eventually(fulfilled)


async def test_steps_that_need_no_time_are_done_under_one_lease_and_recorded_together(
    provisioning: ProvisioningHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.provisioning.jobs.GO_ON_SECONDS", 60)
    jonas, product = await provisioning.running.caller("admin"), await provisioning.product()
    orders = [await provisioning.order(jonas, product) for _ in range(6)]

    assert [await advance_operations(provisioning.worker()) for _ in range(2)] == [6, 0]

    assert {(await provisioning.read(jonas, order))["state"] for order in orders} == {"fulfilled"}
    assert await provisioning.made() == sorted(
        (f"provision/{o['service_id']}", n) for o in orders for n in (1, 2, 3, 4)
    )
    counted: list[Any] = await provisioning.database.events("provisioning.service_counts_changed")
    assert [event["ports"] for event in counted] == [1, 2, 3, 4, 5, 6]
    assert [event["subject"]["version"] for event in counted] == [2, 3, 4, 5, 6, 7]
    placed: list[Any] = await provisioning.database.events("provisioning.order_placed")
    assert {event["causation_id"] for event in counted} == {event["event_id"] for event in placed}


async def test_steps_that_take_long_are_recorded_before_the_next_one_is_called(
    provisioning: ProvisioningHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.provisioning.jobs.GO_ON_SECONDS", 0)
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, await provisioning.product())

    await advance_operations(provisioning.worker())

    steps = (await provisioning.read(jonas, order))["steps"]
    assert [step["state"] for step in steps] == ["done", "waiting", "waiting", "waiting"]
    assert len(await provisioning.made()) == 1


async def test_a_leased_step_is_not_claimed_by_another_worker(provisioning: ProvisioningHarness) -> None:
    await provisioning.order(await provisioning.running.caller("admin"), await provisioning.product())

    held = await provisioning.claim()

    assert len(held) == 1
    assert await provisioning.claim() == []


@pytest.mark.parametrize("driver_was_called", [False, True])
async def test_a_worker_that_dies_in_a_step_loses_its_lease_and_nothing_else(
    provisioning: ProvisioningHarness, driver_was_called: bool
) -> None:
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    order = await provisioning.order(jonas, await provisioning.product())
    clock.move(seconds=1)
    [died] = await provisioning.claim(clock)
    if driver_was_called:
        await call_driver(provisioning.worker(clock), died.row)

    await provisioning.work(clock)
    meanwhile = await provisioning.read(jonas, order)
    clock.move(seconds=LEASE_AND_MORE)
    await provisioning.work(clock)

    assert meanwhile["state"] == "placed"
    assert (await provisioning.read(jonas, order))["state"] == "fulfilled"
    assert await provisioning.made() == [(f"provision/{order['service_id']}", n) for n in (1, 2, 3, 4)]
    assert await provisioning.broken() == []


async def test_a_worker_that_comes_back_after_its_lease_changes_nothing(provisioning: ProvisioningHarness) -> None:
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    order = await provisioning.order(jonas, await provisioning.product())
    clock.move(seconds=1)
    [slow] = await provisioning.claim(clock)
    clock.move(seconds=LEASE_AND_MORE)
    await provisioning.work(clock)
    before = await provisioning.database.events()

    await work_on(provisioning.worker(clock), slow, call_driver, record_step)

    assert await provisioning.database.events() == before
    assert (await provisioning.read(jonas, order))["state"] == "fulfilled"


async def test_a_step_that_kills_every_worker_fails(provisioning: ProvisioningHarness) -> None:
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    order = await provisioning.order(jonas, await provisioning.product())
    for _ in range(6):
        clock.move(seconds=LEASE_AND_MORE)
        assert [claim.spent for claim in await provisioning.claim(clock)] == [False]

    clock.move(seconds=LEASE_AND_MORE)
    await provisioning.work(clock)

    assert (await provisioning.read(jonas, order))["state"] == "failed"
    assert await provisioning.made() == []


@pytest.mark.rule("D22")
async def test_two_concurrent_retries_are_one(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(
        jonas, await provisioning.product(driver_options={"step_seconds": 0, "fail_at_step": 2})
    )
    await provisioning.work()
    path, body = f"/api/provisioning/orders/{order['id']}/retry", {}

    answers = await asyncio.gather(*(post(provisioning.provider, path, body, key=f"retry-{uuid4()}") for _ in range(4)))
    await provisioning.work()

    taken, *refused = sorted(answer.status_code for answer in answers)
    assert taken == 200
    assert set(refused) <= {404, 409}, "one that comes after the first was committed finds no failed order any more"
    assert (await provisioning.read(jonas, order))["state"] == "fulfilled"
    assert await provisioning.broken() == []
