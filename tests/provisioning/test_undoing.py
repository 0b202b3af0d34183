"""What work on a service has done is undone if it fails or is cancelled (P21)."""

import pytest
from sqlalchemy import select

from services.provisioning.drivers.models import SimulatedStep
from tests.harness.clocks import StoppedClock
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.test_troubleshooting import a_node, begin, cancel, read


@pytest.mark.rule("P21")
async def test_what_a_failed_restart_has_done_is_undone(provisioning: ProvisioningHarness) -> None:
    person, _, service_id = await a_node(provisioning, "regular", fails_in="restart", fail_at_step=3, fail_times=9)

    begun = (await begin(person, service_id)).json()["id"]
    await provisioning.work()

    found = await read(person, begun)
    assert (found["state"], found["message_code"], found["undoing"]) == ("failed", "simulator_refused", True)
    assert [step["state"] for step in found["operation_steps"]] == ["undone", "undone", "failed"]
    (ended,) = await provisioning.database.events("provisioning.operation_ended")
    assert (ended["outcome"], ended["reason_code"]) == ("failed", "simulator_refused")
    assert await undone(provisioning, begun) == [1, 2]
    assert (await person.http.get(f"/api/provisioning/services/{service_id}")).json()["state"] == "active"
    assert (await begin(person, service_id)).status_code == 201, "it can be tried again"
    assert await provisioning.broken() == []


async def test_what_cannot_be_undone_is_said(provisioning: ProvisioningHarness) -> None:
    options = {"fails_in": "restart", "fail_at_step": 2, "fail_times": 9, "undo_fails": True}
    person, _, service_id = await a_node(provisioning, "regular", **options)

    begun = (await begin(person, service_id)).json()["id"]
    await provisioning.work()

    found = await read(person, begun)
    assert (found["state"], found["message_code"]) == ("failed", "simulator_undo_refused")
    assert [step["state"] for step in found["operation_steps"]] == ["failed", "failed", "waiting"]


@pytest.mark.rule("P21")
async def test_a_restart_that_waits_is_cancelled_at_once(provisioning: ProvisioningHarness) -> None:
    person, admin, service_id = await a_node(provisioning, "support")
    begun = (await begin(person, service_id)).json()["id"]

    answer = await cancel(admin, begun)
    await provisioning.work()

    found = await read(person, begun)
    assert (answer.status_code, found["state"], found["cancelled"]) == (204, "cancelled", True)
    assert {step["state"] for step in found["operation_steps"]} == {"waiting"}
    (cancelled,) = await provisioning.database.events("provisioning.operation_cancelled")
    assert cancelled["actor"]["user_id"] == str(admin.user_id)
    assert (await cancel(admin, begun)).json()["type"] == "/problems/not-cancellable"
    assert (await begin(person, service_id)).status_code == 201


@pytest.mark.rule("P21")
async def test_a_restart_that_runs_is_cancelled_after_its_step_and_undone(provisioning: ProvisioningHarness) -> None:
    person, _, service_id = await a_node(provisioning, "support", step_seconds=5)
    clock = StoppedClock()
    clock.move(minutes=1)
    begun = (await begin(person, service_id)).json()["id"]
    await provisioning.work(clock)

    answer = await cancel(person, begun)
    clock.move(seconds=6)
    await provisioning.work(clock)

    found = await read(person, begun)
    assert (answer.status_code, found["state"]) == (204, "cancelled")
    assert [step["state"] for step in found["operation_steps"]] == ["undone", "waiting", "waiting"]
    assert await undone(provisioning, begun) == [1]
    (ended,) = await provisioning.database.events("provisioning.operation_ended")
    assert ended["outcome"] == "cancelled"
    assert await provisioning.broken() == []


async def undone(provisioning: ProvisioningHarness, operation_id: str) -> list[int]:
    """The steps that the simulated infrastructure has taken back."""
    steps = select(SimulatedStep.n).where(
        SimulatedStep.key == f"restart/{operation_id}", SimulatedStep.undone_at.is_not(None)
    )
    async with provisioning.database.owner() as session:
        return list(await session.scalars(steps.order_by(SimulatedStep.n)))
