"""Orders and operations compared with a simple model: under crashes, repetition and concurrency, each order ends
once."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.provisioning.jobs import advance_operations, call_driver, record_step
from services.provisioning.operations.models import Operation
from services.provisioning.states import MOVES, OrderState
from shared.leases import Claim, work_on
from tests.harness.clocks import StoppedClock
from tests.harness.services import Caller
from tests.harness.stateful import AsyncStateMachine
from tests.provisioning.harness import ProvisioningHarness, post

STEPS = ["Reserve", "Make", "Hand over"]
LEASE_AND_MORE = 61


@dataclass
class Placed:
    """An order in the model: its key, the number of retries, and the response when it was placed."""

    order: dict[str, Any]
    key: str
    body: dict[str, Any]
    retries: int = 0


class Model(AsyncStateMachine):
    """Customers order, workers run and die, leases expire, staff retry: in random order."""

    provisioning: ProvisioningHarness

    @initialize()
    def open(self) -> None:
        self.clock = StoppedClock()
        self.clock.move(hours=1)  # ahead of the real clock of the orders, so that all of them are due
        self.placed: list[Placed] = []
        self.held: list[Claim[Operation]] = []
        self.wait(self.provisioning.database.empty())
        self.jonas: Caller = self.wait(self.provisioning.running.caller("admin"))
        self.lena: Caller = self.wait(self.provisioning.running.caller("admin", kind="provider"))
        self.provisioning.provider = self.lena
        self.wait(self.provisioning.add_workspace(self.lena.workspace_id, "provider", "Larkspur Cloud"))

    @precondition(lambda self: len(self.placed) < 4)
    @rule(fail_at=st.none() | st.integers(1, 3), fail_times=st.integers(1, 2))
    def order(self, fail_at: int | None, fail_times: int) -> None:
        options = {"step_seconds": 0, "steps": STEPS, "fail_at_step": fail_at, "fail_times": fail_times}
        product = self.wait(self.provisioning.product(driver_options=options))
        body = {"product_id": product["id"], "plan_version_id": product["plan_version_id"]}
        body |= {"configuration": {"speed_gbps": 1}}
        key = str(uuid4())
        answer = self.wait(post(self.jonas, "/api/provisioning/orders", body, key=key))
        assert answer.status_code == 201
        self.placed.append(Placed(answer.json(), key, body))

    @precondition(lambda self: self.placed)
    @rule(data=st.data())
    def order_again_by_double_click(self, data: st.DataObject) -> None:
        known = data.draw(st.sampled_from(self.placed))
        answer = self.wait(post(self.jonas, "/api/provisioning/orders", known.body, key=known.key))
        assert answer.json() == known.order

    @rule()
    def claim(self) -> None:
        claimed = self.wait(self.provisioning.claim(self.clock))
        leases = [claim.row.lease_id for claim in (*self.held, *claimed)]
        assert len(set(leases)) == len(leases)
        self.held += claimed

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        """A worker finishes its step, maybe after its lease has expired."""
        claim = data.draw(st.sampled_from(self.held))
        self.held.remove(claim)
        self.wait(work_on(self.provisioning.worker(self.clock), claim, call_driver, record_step))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), after_the_driver=st.booleans())
    def die(self, data: st.DataObject, after_the_driver: bool) -> None:
        claim = data.draw(st.sampled_from(self.held))
        self.held.remove(claim)
        if after_the_driver:
            self.wait(call_driver(self.provisioning.worker(self.clock), claim.row))

    @rule(work_goes_on=st.booleans())
    def let_leases_run_out(self, work_goes_on: bool) -> None:
        """All current leases expire."""
        self.clock.move(seconds=LEASE_AND_MORE)
        if work_goes_on:
            self.work()

    @rule()
    def work(self) -> None:
        self.wait(advance_operations(self.provisioning.worker(self.clock)))

    @precondition(lambda self: self.placed)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        self.retry_order(data.draw(st.sampled_from(self.placed)))

    def retry_order(self, known: Placed) -> bool:
        before = self.wait(self.provisioning.read(self.jonas, known.order))
        path = f"/api/provisioning/orders/{known.order['id']}/retry"
        answer = self.wait(post(self.lena, path, {}))
        assert answer.status_code == (200 if before["state"] == "failed" else 404)
        known.retries += answer.status_code == 200
        return bool(before["state"] != "fulfilled")

    @rule()
    def verify(self) -> None:
        assert self.wait(self.provisioning.broken()) == []

    def events(self, name: str) -> list[dict[str, Any]]:
        return self.wait(self.provisioning.database.events(f"provisioning.{name}"))

    def teardown(self) -> None:
        """When workers stop dying, every order ends exactly once."""
        if not hasattr(self, "placed"):
            return
        while any([self.retry_order(known) for known in self.placed]):
            self.clock.move(minutes=11)
            self.wait(self.provisioning.work(self.clock))
        made = self.wait(self.provisioning.made())
        provisioned = [e["order_id"] for e in self.events("service_provisioned")]
        assert sorted(provisioned) == sorted(known.order["id"] for known in self.placed)
        assert len(self.events("order_placed")) == len(self.placed)
        failed = Counter(str(event["order_id"]) for event in self.events("service_provisioning_failed"))
        assert failed == Counter({known.order["id"]: known.retries for known in self.placed if known.retries})
        assert made == sorted((f"provision/{k.order['service_id']}", n) for k in self.placed for n in (1, 2, 3))
        self.check_moves()
        self.verify()

    def check_moves(self) -> None:
        """The versions in events never decrease, and no state is skipped."""
        last = {known.order["id"]: (1, "placed") for known in self.placed}
        for event in self.events("order_progressed"):
            version, state = last[event["order_id"]]
            assert event["subject"]["version"] > version
            possible = {OrderState(state)} | MOVES[OrderState][OrderState(state)]
            through = {end for middle in possible for end in MOVES[OrderState].get(middle, ())}
            assert event["state"] in possible | through
            last[event["order_id"]] = (event["subject"]["version"], event["state"])


@pytest.mark.rule("D18", "D22")
@pytest.mark.timeout(600)
async def test_under_crashes_repetition_and_concurrency_each_order_ends_once(provisioning: ProvisioningHarness) -> None:
    class Here(Model):
        pass

    Here.provisioning, Here.loop = provisioning, asyncio.get_running_loop()
    profile = settings(
        max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )

    await asyncio.to_thread(run_state_machine_as_test, Here, settings=profile)
