"""The metrics of driver calls and leases."""

import pytest

from services.provisioning.jobs import call_driver, record_step
from shared.leases import work_on
from tests.harness.clocks import StoppedClock
from tests.harness.metrics import sample
from tests.provisioning.harness import ProvisioningHarness

CALLS, LEASES = "portico_driver_call_duration_seconds_count", "portico_leases_total"


def told() -> dict[str, float]:
    calls = {each: sample(CALLS, driver="simulator", outcome=each) for each in ("Done", "Failed", "Unanswered")}
    return calls | {each: sample(LEASES, work="operations", outcome=each) for each in ("claimed", "lost", "given_up")}


def since(before: dict[str, float]) -> dict[str, float]:
    return {name: value - before[name] for name, value in told().items() if value != before[name]}


async def test_driver_calls_are_measured_by_outcome(
    provisioning: ProvisioningHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.provisioning.jobs.GO_ON_SECONDS", 60)
    before = told()
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    options = {"step_seconds": 0, "fail_at_step": 2, "unreachable_at_step": 1}
    await provisioning.order(jonas, await provisioning.product(driver_options=options))

    for _ in range(3):
        clock.move(seconds=2)
        await provisioning.work(clock)

    assert since(before) == {"Unanswered": 1, "Done": 1, "Failed": 1, "claimed": 2}


async def test_lost_and_exhausted_leases_are_counted(provisioning: ProvisioningHarness) -> None:
    before = told()
    jonas, clock = await provisioning.running.caller("admin"), StoppedClock()
    await provisioning.order(jonas, await provisioning.product())
    clock.move(seconds=61)
    [slow] = await provisioning.claim(clock)
    for _ in range(5):
        clock.move(seconds=61)
        await provisioning.claim(clock)

    await work_on(provisioning.worker(clock), slow, call_driver, record_step)
    clock.move(seconds=61)
    await provisioning.work(clock)

    told_since = since(before)
    assert (told_since["lost"], told_since["given_up"]) == (1, 1)
