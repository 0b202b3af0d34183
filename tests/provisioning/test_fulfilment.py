from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.business_time import set_offset
from shared.clock import Clock
from tests.harness.clocks import StoppedClock
from tests.provisioning.harness import ProvisioningHarness, post

SERVICES = "/api/provisioning/services"
QUICK = {"step_seconds": 0}


def states(order: dict[str, Any]) -> list[str]:
    return [step["state"] for step in order["steps"]]


@pytest.mark.rule("K7", "D9")
async def test_an_order_becomes_a_service_and_provisioning_starts_no_billing(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(display_name="10 Gbps port"), await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product, quantity=2)

    await provisioning.work()

    done = await provisioning.read(jonas, order)
    (told,) = await provisioning.database.events("provisioning.service_provisioned")
    assert (done["state"], states(done)) == ("fulfilled", ["done"] * 4)
    assert (told["service_id"], told["order_id"]) == (order["service_id"], order["id"])
    assert (told["product_name"], told["kind"], told["quantity"]) == ("10 Gbps port", "port", 2)
    assert (told["plan_version_id"], told["billing_delay_days"]) == (product["plan_version_id"], 15)
    names = {event["name"] for event in await provisioning.database.events()}
    assert names == {f"provisioning.{name}" for name in ("product_published", "order_placed", "order_progressed",
                                                         "service_provisioned", "service_counts_changed")}  # fmt: skip
    assert await provisioning.broken() == []


async def test_steps_are_done_in_business_time_as_the_order_and_the_service(
    provisioning: ProvisioningHarness, tmp_path: Path
) -> None:
    jonas, clock = await provisioning.running.caller("admin"), Clock(tmp_path / "moved.json")
    order = await provisioning.order(jonas, await provisioning.product())
    set_offset(tmp_path / "moved.json", timedelta(days=40))

    await provisioning.work(clock)

    done = await provisioning.read(jonas, order)
    ages = [clock.now() - datetime.fromisoformat(step["at"]) for step in done["steps"]]
    assert all(timedelta(0) <= age < timedelta(days=1) for age in ages)


@pytest.mark.rule("D11", "P30")
async def test_events_that_follow_an_order_keep_its_actor_and_correlation_id(
    provisioning: ProvisioningHarness,
) -> None:
    product, meridian = await provisioning.product(), uuid4()
    tom = await provisioning.running.caller(
        "regular", parent_workspace_id=meridian, via="on_behalf", address="tom@meridian.example"
    )
    await provisioning.order(tom, product)

    await provisioning.work()

    (placed,) = await provisioning.database.events("provisioning.order_placed")
    (provisioned,) = await provisioning.database.events("provisioning.service_provisioned")
    (counted,) = await provisioning.database.events("provisioning.service_counts_changed")
    began = {"kind": "system", "user_id": str(tom.user_id), "address": "tom@meridian.example", "via": "on_behalf",
             "session_id": None}  # fmt: skip
    for event in (provisioned, counted):
        assert event["correlation_id"] == placed["correlation_id"]
        assert event["causation_id"] == placed["event_id"]
        assert event["actor"] == began
        assert event["workspace_id"] == str(tom.workspace_id)
        assert event["parent_workspace_id"] == str(meridian)
    assert provisioned["ordered_by"] == str(tom.user_id)


@pytest.mark.rule("K9")
async def test_services_are_listed_with_their_operations(provisioning: ProvisioningHarness) -> None:
    port, node = await provisioning.product(), await provisioning.product(kind="node", key="node")
    jonas = await provisioning.running.caller("admin")
    first = await provisioning.order(jonas, port, display_name="Lyon")
    await provisioning.work()
    second = await provisioning.order(jonas, node, display_name="Oslo")

    listed = (await jonas.http.get(SERVICES)).json()["items"]
    nodes = (await jonas.http.get(f"{SERVICES}?kind=node")).json()["items"]
    one = (await jonas.http.get(f"{SERVICES}/{first['service_id']}")).json()

    assert [service["id"] for service in listed] == [second["service_id"], first["service_id"]]
    assert [service["display_name"] for service in nodes] == ["Oslo"]
    assert (one["state"], one["configuration"], one["product"]["key"]) == ("active", {"speed_gbps": 10}, port["key"])
    operation = one["operation"]
    assert operation.pop("id")
    assert operation == {"verb": "create", "state": "succeeded", "step": 4, "steps": 4, "message": "Done",
                         "message_code": "done", "message_values": {}}  # fmt: skip
    assert one["provisioned_at"] is not None
    assert listed[0]["state"] == "requested"


@pytest.mark.rule("D18")
async def test_a_driver_that_fails_at_step_3_fails_the_order_and_tells_who_ordered(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(driver_options=QUICK | {"fail_at_step": 3})
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product)

    await provisioning.work()

    failed = await provisioning.read(jonas, order)
    (told,) = await provisioning.database.events("provisioning.service_provisioning_failed")
    assert (failed["state"], states(failed)) == ("failed", ["done", "done", "failed", "waiting"])
    assert failed["failure"] == failed["steps"][2]["detail"] == told["reason"]
    assert [step["key"] for step in failed["steps"]][1:3] == ["patch_cross_connect", "configure_port"]
    assert failed["failure_code"] == failed["steps"][2]["detail_code"] == told["reason_code"] == "simulator_refused"
    assert failed["failure_values"] == failed["steps"][2]["detail_values"] == told["reason_values"] == {"step": 3}
    assert (told["step"], told["ordered_by"]) == (3, str(jonas.user_id))
    assert await provisioning.database.events("provisioning.service_provisioned") == []
    assert await provisioning.broken() == []


@pytest.mark.rule("D18")
async def test_a_failed_order_is_retried_from_the_failed_step_and_nothing_is_provisioned_twice(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(driver_options=QUICK | {"fail_at_step": 3, "fail_times": 1})
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product)
    await provisioning.work()

    path, body = f"/api/provisioning/orders/{order['id']}/retry", {}
    retried = await post(provisioning.provider, path, body)
    await provisioning.work()

    done = await provisioning.read(jonas, order)
    assert (retried.status_code, retried.json()["state"]) == (200, "provisioning")
    assert states(retried.json()) == ["done", "done", "waiting", "waiting"]
    assert (done["state"], done["failure"], states(done)) == ("fulfilled", None, ["done"] * 4)
    assert await provisioning.made() == [(f"provision/{order['service_id']}", n) for n in (1, 2, 3, 4)]
    assert len(await provisioning.database.events("provisioning.service_provisioned")) == 1
    assert await provisioning.broken() == []


async def test_only_a_failed_order_is_retried(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, await provisioning.product())

    path, body = f"/api/provisioning/orders/{order['id']}/retry", {}
    answer = await post(provisioning.provider, path, body)

    assert answer.status_code == 404
    assert await provisioning.read(jonas, order) == order


async def test_only_the_provider_retries(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(driver_options=QUICK | {"fail_at_step": 1})
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product)
    await provisioning.work()
    path = f"/api/provisioning/orders/{order['id']}/retry"

    by_customer = await post(jonas, path, {})
    state = (await provisioning.read(jonas, order))["state"]
    by_staff = await provisioning.provider.http.post(path, headers={"Idempotency-Key": "a-retry-without-a-body"})

    assert (by_customer.status_code, state, by_staff.status_code) == (403, "failed", 200)


async def test_each_step_is_published_once_for_open_pages(provisioning: ProvisioningHarness) -> None:
    order = await provisioning.order(await provisioning.running.caller("admin"), await provisioning.product())

    await provisioning.work()

    told: list[Any] = await provisioning.database.events("provisioning.order_progressed")
    assert [(e["step"], e["state"]) for e in told] == [
        (2, "provisioning"), (3, "provisioning"), (4, "provisioning"), (4, "fulfilled"),
    ]  # fmt: skip
    assert {e["order_id"] for e in told} == {order["id"]}
    versions = [e["subject"]["version"] for e in told]
    assert versions == sorted(set(versions))


async def test_a_long_step_waits_in_the_database_and_not_in_a_worker(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(driver_options={"step_seconds": 3600, "steps": ["Ship", "Install"]})
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    order = await provisioning.order(jonas, product)
    clock.move(seconds=5)

    seen = []
    for _ in range(3):
        await provisioning.work(clock)
        seen.append(states(await provisioning.read(jonas, order)))
        clock.move(minutes=61)

    assert seen == [["running", "waiting"], ["done", "running"], ["done", "done"]]


async def test_infrastructure_that_does_not_answer_is_retried(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(driver_options=QUICK | {"unreachable_at_step": 2, "unreachable_times": 2})
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    order = await provisioning.order(jonas, product)
    clock.move(seconds=5)

    await provisioning.work(clock)
    waiting = await provisioning.read(jonas, order)
    clock.move(seconds=2)
    await provisioning.work(clock)
    clock.move(seconds=6)
    await provisioning.work(clock)

    assert (waiting["steps"][1]["state"], waiting["steps"][1]["detail"]) == ("running", "No answer yet; trying again")
    assert (await provisioning.read(jonas, order))["state"] == "fulfilled"
    assert await provisioning.made() == [(f"provision/{order['service_id']}", n) for n in (1, 2, 3, 4)]


async def test_infrastructure_that_never_answers_finally_fails_the_order(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(driver_options=QUICK | {"unreachable_at_step": 2, "unreachable_times": 99})
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    order = await provisioning.order(jonas, product)

    for _ in range(7):
        clock.move(minutes=11)
        await provisioning.work(clock)

    failed = await provisioning.read(jonas, order)
    assert (failed["state"], failed["failure"]) == ("failed", "The infrastructure does not answer.")
    assert len(await provisioning.database.events("provisioning.service_provisioning_failed")) == 1


async def test_business_time_dates_the_order_and_real_time_runs_its_steps(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, await provisioning.product())

    await provisioning.work()

    service = (await jonas.http.get(f"{SERVICES}/{order['service_id']}")).json()
    (told,) = await provisioning.database.events("provisioning.service_provisioned")
    assert UUID(service["id"])
    assert service["requested_at"] <= service["provisioned_at"]
    assert told["occurred_at"] == service["provisioned_at"]
