"""Restarting and diagnosing services, reading their console (P19, P21): by verbs of operations."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.provisioning.jobs import forget_outputs
from services.provisioning.operations.beginning import MOST_PER_HOUR
from services.provisioning.operations.models import Operation
from tests.harness.clocks import StoppedClock
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post

OPERATIONS = "/api/provisioning/operations"
NODE: dict[str, Any] = {
    "kind": "node",
    "configuration_schema": {"type": "object"},
    "driver_options": {"step_seconds": 0},
}


async def a_node(provisioning: ProvisioningHarness, role: str = "admin", **options: Any) -> tuple[Caller, Caller, str]:
    """A person with a role, an admin of the same workspace, and its active node."""
    product = await provisioning.product(**NODE | {"driver_options": {"step_seconds": 0} | options})
    admin = await provisioning.running.caller("admin")
    order = await provisioning.order(admin, product, configuration={}, display_name="records-1")
    clock = StoppedClock()
    for _ in range(6):
        await provisioning.work(clock)
        clock.move(seconds=6)
    person = await provisioning.running.caller(
        role, workspace_id=admin.workspace_id, address=f"{role}@northwind.example"
    )
    return person, admin, order["service_id"]


async def begin(caller: Caller, service_id: str, verb: str = "restart") -> httpx.Response:
    return await post(caller, OPERATIONS, {"service_id": service_id, "verb": verb})


async def read(caller: Caller, operation_id: str) -> dict[str, Any]:
    answer = await caller.http.get(f"{OPERATIONS}/{operation_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def cancel(caller: Caller, operation_id: str) -> httpx.Response:
    return await caller.http.post(f"{OPERATIONS}/{operation_id}/cancel")


@pytest.mark.rule("P19", "P21")
@pytest.mark.parametrize("role", ["admin", "regular", "support"])
async def test_a_service_is_restarted_step_by_step(provisioning: ProvisioningHarness, role: str) -> None:
    person, _, service_id = await a_node(provisioning, role)

    begun = await begin(person, service_id)
    before = await read(person, begun.json()["id"])
    await provisioning.work()
    after = await read(person, begun.json()["id"])
    service = (await person.http.get(f"/api/provisioning/services/{service_id}")).json()

    assert (begun.status_code, before["state"], before["step"]) == (201, "queued", 1)
    assert (after["state"], after["verb"], after["begun_by_address"]) == (
        "succeeded", "restart", f"{role}@northwind.example",
    )  # fmt: skip
    assert [(step["key"], step["state"]) for step in after["operation_steps"]] == [
        ("shut_down", "done"), ("start_up", "done"), ("check_answers", "done"),
    ]  # fmt: skip
    assert after["ended_at"] >= after["started_at"]
    assert (service["state"], service["operation"]["verb"]) == ("active", "restart")
    assert {"console_log", "diagnose", "restart"} <= set(service["verbs"])
    (started,) = await provisioning.database.events("provisioning.operation_started")
    (ended,) = await provisioning.database.events("provisioning.operation_ended")
    assert (started["actor"]["user_id"], started["verb"]) == (str(person.user_id), "restart")
    assert (ended["outcome"], ended["causation_id"]) == ("succeeded", started["event_id"])
    assert await provisioning.broken() == []


@pytest.mark.rule("P20", "P21")
@pytest.mark.parametrize("role", ["member", "additional", "read_only", "billing"])
async def test_nobody_else_may(provisioning: ProvisioningHarness, role: str) -> None:
    person, admin, service_id = await a_node(provisioning, role)
    begun = (await begin(admin, service_id, "console_log")).json()["id"]

    answers = [await begin(person, service_id), await cancel(person, begun)]
    answers.append(await person.http.get(f"{OPERATIONS}/{begun}/output"))

    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.rule("P21")
async def test_what_was_read_is_for_who_may_and_is_gone_after_a_week(provisioning: ProvisioningHarness) -> None:
    person, _, service_id = await a_node(provisioning, "support")
    console = (await begin(person, service_id, "console_log")).json()["id"]
    diagnosis = (await begin(person, service_id, "diagnose")).json()["id"]
    await provisioning.work()

    said = [(await person.http.get(f"{OPERATIONS}/{each}/output")).json()["output"] for each in (console, diagnosis)]
    assert "Reached the login prompt" in said[0]
    assert "processor load" in said[1]
    assert not [word for word in ("minor", "price", "amount", "currency", "mrr") if word in str(said)]
    assert "login prompt" not in str(await provisioning.database.events("provisioning.operation_ended"))
    clock = StoppedClock()
    clock.move(days=6)
    assert await forget_outputs(provisioning.worker(clock)) == 0
    clock.move(days=2)
    assert await forget_outputs(provisioning.worker(clock)) == 2
    assert (await person.http.get(f"{OPERATIONS}/{console}/output")).json() == {"output": None}
    assert (await read(person, console))["has_output"] is False


@pytest.mark.rule("P21")
async def test_one_at_a_time_changes_a_service_and_the_other_is_told_who_does(
    provisioning: ProvisioningHarness,
) -> None:
    person, admin, service_id = await a_node(provisioning, "support")
    first = await begin(person, service_id)

    second = await begin(admin, service_id)
    beside = [await begin(admin, service_id, verb) for verb in ("diagnose", "console_log", "diagnose")]
    await provisioning.work()
    later = await begin(admin, service_id)

    assert (second.status_code, second.json()["type"]) == (409, "/problems/service-busy")
    assert (second.json()["verb"], second.json()["begun_by_address"]) == ("restart", "support@northwind.example")
    assert second.json()["operation_id"] == first.json()["id"]
    assert [answer.status_code for answer in beside] == [201, 201, 409]
    assert later.status_code == 201


@pytest.mark.rule("P21")
@given(verbs=st.lists(st.sampled_from(["restart", "diagnose", "console_log"]), min_size=2, max_size=5))
@settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
async def test_of_work_begun_at_once_one_of_a_kind_runs(provisioning: ProvisioningHarness, verbs: list[str]) -> None:
    await provisioning.database.empty()
    provisioning.provider = await provisioning.running.caller("admin", kind="provider")
    person, admin, service_id = await a_node(provisioning, "support")

    answers = await asyncio.gather(*(begin((person, admin)[n % 2], service_id, verb) for n, verb in enumerate(verbs)))
    await provisioning.work()

    done = [verb for verb, answer in zip(verbs, answers, strict=True) if answer.status_code == 201]
    assert sorted(done) == sorted(set(verbs))
    assert all(answer.status_code in (201, 409) for answer in answers)
    page = (await admin.http.get(OPERATIONS, params={"service_id": service_id})).json()["items"]
    assert sorted(each["verb"] for each in page) == sorted([*done, "create"])
    assert {each["state"] for each in page} == {"succeeded"}
    assert await provisioning.broken() == []


async def test_a_service_that_is_not_active_or_offers_it_not_is_left_alone(provisioning: ProvisioningHarness) -> None:
    port = await provisioning.product()
    admin = await provisioning.running.caller("admin")
    order = await provisioning.order(admin, port)

    early = await begin(admin, order["service_id"])
    await provisioning.work()
    not_offered = await begin(admin, order["service_id"], "console_log")

    assert (early.status_code, early.json()["type"]) == (409, "/problems/service-not-active")
    assert early.json()["state"] == "requested"
    assert (not_offered.status_code, not_offered.json()["type"]) == (409, "/problems/verb-not-offered")


async def test_what_a_driver_reads_has_no_other_verb(provisioning: ProvisioningHarness) -> None:
    _, admin, service_id = await a_node(provisioning)

    answers = [await begin(admin, service_id, verb) for verb in ("create", "delete", "")]

    assert [answer.status_code for answer in answers] == [422, 422, 422]


async def test_the_operation_of_an_order_is_not_cancelled_here(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    admin = await provisioning.running.caller("admin")
    order = await provisioning.order(admin, product)
    [creation] = (await admin.http.get(OPERATIONS, params={"service_id": order["service_id"]})).json()["items"]

    answer = await cancel(admin, creation["id"])

    assert (creation["verb"], creation["order_id"]) == ("create", order["id"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-cancellable")


async def test_a_worker_that_dies_in_a_restart_loses_its_lease_and_nothing_else(
    provisioning: ProvisioningHarness,
) -> None:
    person, _, service_id = await a_node(provisioning, "support")
    begun = (await begin(person, service_id)).json()["id"]
    clock = StoppedClock()
    clock.move(seconds=1)
    assert len(await provisioning.claim(clock)) == 1

    await provisioning.work(clock)
    still = (await read(person, begun))["state"]
    clock.move(minutes=2)
    await provisioning.work(clock)

    assert (still, (await read(person, begun))["state"]) == ("running", "succeeded")
    made = [made for made in await provisioning.made() if made[0] == f"restart/{begun}"]
    assert [n for _, n in made] == [1, 2, 3]


async def test_a_service_is_not_worked_on_without_end(provisioning: ProvisioningHarness) -> None:
    person, _, service_id = await a_node(provisioning, "support")
    for _ in range(MOST_PER_HOUR):
        assert (await begin(person, service_id)).status_code == 201
        await provisioning.work()

    refused = await begin(person, service_id)
    async with provisioning.database.owner() as session:
        for operation in await session.scalars(select(Operation)):
            operation.started_at -= timedelta(hours=1)
        await session.commit()

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-operations")
    assert (await begin(person, service_id)).status_code == 201


async def test_another_tenants_service_and_operation_are_as_unknown_as_random_ones(
    provisioning: ProvisioningHarness,
) -> None:
    _, admin, service_id = await a_node(provisioning)
    begun = (await begin(admin, service_id)).json()["id"]
    stranger = await provisioning.running.caller("admin")

    for known, unknown in ((service_id, str(uuid4())),):
        assert (await begin(stranger, known)).status_code == (await begin(stranger, unknown)).status_code == 404
    for path in ("", "/output"):
        answers = [await stranger.http.get(f"{OPERATIONS}/{each}{path}") for each in (begun, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert (await cancel(stranger, begun)).status_code == 404
    assert (await stranger.http.get(OPERATIONS, params={"service_id": service_id})).json()["items"] == []


@pytest.mark.rule("D22")
async def test_a_double_click_begins_one(provisioning: ProvisioningHarness) -> None:
    person, _, service_id = await a_node(provisioning, "support")
    body = {"service_id": service_id, "verb": "restart"}

    first, second = [await post(person, OPERATIONS, body, key="key-of-a-double-click") for _ in range(2)]

    assert (second.status_code, second.json()) == (201, first.json())
    assert len(await provisioning.database.events("provisioning.operation_started")) == 1
