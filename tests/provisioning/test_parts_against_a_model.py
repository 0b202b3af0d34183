"""Services with parts compared with a simple model: whatever people and billing do in whatever order, parts stand as
their service does, and none outlives it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from tests.harness.clocks import StoppedClock
from tests.harness.stateful import AsyncStateMachine
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.living import API, Living
from tests.provisioning.parts import BACKUP, Whole, bringing, with_circuit


@dataclass
class Modelled:
    """What should be true of a service as soon as nothing more is due."""

    living: Living
    wishes: bool = False
    """Whether its people have suspended it."""
    ending: str = ""
    """The order that cancels it at the end of its period."""
    gone: bool = False
    parts: list["Modelled"] = field(default_factory=list)
    brought: bool = False


class Model(AsyncStateMachine):
    """A hosted connection with its circuit, and add-ons that come and go."""

    provisioning: ProvisioningHarness

    @initialize(fails=st.sampled_from(["", "", "create", "delete"]))
    def open(self, fails: str) -> None:
        self.clock, self.overdue, self.failing = StoppedClock(), False, fails
        self.clock.move(hours=1)
        self.wait(self.provisioning.database.empty())
        provider = self.wait(self.provisioning.running.caller("admin", kind="provider"))
        self.provisioning.provider = provider
        self.wait(self.provisioning.add_workspace(provider.workspace_id, "provider", "Larkspur Cloud"))
        options: dict[str, Any] = {"step_seconds": 0}
        if fails:
            options |= {"fail_at_step": 1, "fail_times": 1} | ({"fails_in": "delete"} if fails == "delete" else {})
        connection, circuit = self.wait(bringing(self.provisioning, brought={"driver_options": options}))
        add_on = self.wait(self.provisioning.product(**BACKUP, add_on_to=[connection["key"]], driver_options=options))
        admin = self.wait(self.provisioning.running.caller("admin"))
        self.wait(self.provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Logistics"))
        placed = self.wait(post(admin, f"{API}/orders", with_circuit(connection, circuit)))
        whole = Whole(self.provisioning, admin, connection, placed.json()["service_id"], add_on=add_on)
        (part,) = self.wait(whole.parts())["parts"]
        along = Living(self.provisioning, admin, circuit, part["id"])
        self.whole, self.living = Modelled(whole, parts=[Modelled(along, brought=True)]), whole

    def all(self) -> list[Modelled]:
        return [self.whole, *self.whole.parts]

    def some(self, data: st.DataObject) -> Modelled:
        return data.draw(st.sampled_from(self.all()))

    @precondition(lambda self: len(self.whole.parts) < 4)
    @rule()
    def add(self) -> None:
        answer = self.wait(self.living.add())
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            assert not self.whole.gone
            self.whole.parts.append(Modelled(self.living.part(answer.json()["service_id"])))

    @rule(data=st.data())
    def suspend(self, data: st.DataObject) -> None:
        one = self.some(data)
        one.wishes |= self.wait(one.living.suspend()).status_code == 201

    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        one = self.some(data)
        if self.wait(one.living.resume()).status_code == 201:
            one.wishes = False

    @rule(data=st.data(), ends=st.sampled_from(["now", "period_end", "period_end"]))
    def cancel(self, data: st.DataObject, ends: str) -> None:
        one = self.some(data)
        answer = self.wait(one.living.cancel(ends))
        assert answer.status_code in (201, 409), answer.text
        assert not (one.brought and answer.status_code == 201)
        if answer.status_code == 201:
            self.end(one) if ends == "now" else setattr(one, "ending", answer.json()["id"])

    def end(self, one: Modelled) -> None:
        for each in (one, *one.parts):
            each.gone = True

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        one = self.some(data)
        if one.ending and self.wait(one.living.undo(one.ending)).status_code == 200:
            one.ending = ""

    @rule(data=st.data())
    def period_ends(self, data: st.DataObject) -> None:
        one = self.some(data)
        if one.ending:
            self.wait(one.living.period_ends())
            self.end(one)

    @rule(past_due=st.booleans())
    def owe(self, past_due: bool) -> None:
        self.overdue = past_due
        self.wait(self.living.owe(past_due))

    @rule()
    def staff_try_again(self) -> None:
        for each in self.wait(self.provisioning.provider.http.get(f"{API}/failed-orders")).json()["items"]:
            self.wait(post(self.provisioning.provider, f"{API}/orders/{each['id']}/retry", {}))

    @rule()
    def work(self) -> None:
        self.wait(self.living.work(self.clock))

    @rule()
    def compare(self) -> None:
        """Nothing that failed is left, and all that is due is done: everything stands as the model says."""
        for _ in range(4):
            self.work()
            self.staff_try_again()
            self.clock.move(minutes=11)
        self.work()
        for one in self.all():
            self.compare_one(one)
        assert self.wait(self.provisioning.broken()) == []
        assert self.wait(self.living.differences()) == []

    def compare_one(self, one: Modelled) -> None:
        found = self.wait(one.living.read())
        if one.gone:
            assert found["state"] == "deleted", found
            return
        reasons = set(found["suspended_for"])
        overdue = {"overdue"} if self.overdue else set()
        mine = overdue | ({"customer"} if one.wishes else set())
        whole = {"whole"} if one is not self.whole and (self.whole.wishes or self.overdue) else set()
        assert reasons == mine | whole, (found["display_name"], reasons)
        assert found["state"] == ("suspended" if reasons else "active"), found
        assert found["cancelled_by"] == (one.ending or None)

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            self.compare()


@pytest.mark.rule("K8", "P19", "D8")
@pytest.mark.timeout(600)
async def test_parts_stand_as_their_service_does_and_none_outlives_it(provisioning: ProvisioningHarness) -> None:
    class Here(Model):
        pass

    Here.provisioning, Here.loop = provisioning, asyncio.get_running_loop()
    profile = settings(
        max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )

    await asyncio.to_thread(run_state_machine_as_test, Here, settings=profile)
