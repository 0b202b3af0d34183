"""Billing and provisioning agree by events: whatever people do, on whatever days, and in whatever order the events
arrive, a service is billed as it is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from tests.agreement.both import API, PLANS, Both, Mailbag, ears_of
from tests.harness.hearing import Hearing
from tests.harness.services import Running
from tests.harness.stateful import AsyncStateMachine
from tests.provisioning.harness import post
from tests.provisioning.living import Living

REFUSED = (403, 409, 422)
CORES = st.integers(1, 8)
PLAN = st.sampled_from(sorted(PLANS))


class Model(AsyncStateMachine):
    running: tuple[Running, Running]
    ears: tuple[Hearing, Hearing]

    @initialize()
    def open(self) -> None:
        self.both = self.wait(Both.open(*self.running, self.ears))
        self.services: list[Living] = []
        self.cancelled: dict[str, str] = {}
        """The order that cancels a service at the end of its period, by the service."""

    def some(self, data: st.DataObject) -> Living:
        return data.draw(st.sampled_from(self.services))

    def do(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """A request, which may be refused for where the service stands. On a busy machine it is repeated, as its answer
        says."""
        answer = self.wait(ask())
        for _ in range(5):
            if answer.status_code != 503:
                break
            answer = self.wait(ask())
        assert answer.status_code in (200, 201, *REFUSED), answer.text
        return answer.json() if answer.is_success else None

    @precondition(lambda self: len(self.services) < 3)
    @rule(plan=PLAN, cpu=CORES, quantity=st.integers(1, 3))
    def order(self, plan: str, cpu: int, quantity: int) -> None:
        body = {
            "product_id": self.both.product["id"], "plan_version_id": self.both.plans[plan], "quantity": quantity,
            "configuration": {"cpu": cpu},
        }  # fmt: skip
        placed = self.do(lambda: post(self.both.admin, f"{API}/orders", body))
        assert placed
        living = Living(self.both.provisioning, self.both.admin, self.both.product, placed["service_id"])
        self.services.append(living)

    @precondition(lambda self: self.services)
    @rule(data=st.data(), plan=PLAN, cpu=CORES, quantity=st.integers(1, 3))
    def change(self, data: st.DataObject, plan: str, cpu: int, quantity: int) -> None:
        wanted = {"configuration": {"cpu": cpu}, "quantity": quantity, "plan_version_id": self.both.plans[plan]}
        one = self.some(data)
        self.do(lambda: one.change(**wanted))

    @precondition(lambda self: self.services)
    @rule(data=st.data(), cpu=CORES)
    def resize(self, data: st.DataObject, cpu: int) -> None:
        one = self.some(data)
        self.do(lambda: one.change(configuration={"cpu": cpu}))

    @precondition(lambda self: self.services)
    @rule(data=st.data(), reason=st.sampled_from(["customer", "pause", "pause"]))
    def suspend(self, data: st.DataObject, reason: str) -> None:
        one = self.some(data)
        self.do(lambda: one.suspend(reason))

    @precondition(lambda self: self.services)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        one = self.some(data)
        self.do(one.resume)

    @precondition(lambda self: self.services)
    @rule(data=st.data(), ends=st.sampled_from(["now", "period_end", "period_end"]))
    def cancel(self, data: st.DataObject, ends: str) -> None:
        one = self.some(data)
        order = self.do(lambda: one.cancel(ends))
        if order and ends == "period_end":
            self.cancelled[one.id] = order["id"]

    @precondition(lambda self: self.cancelled)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        service = data.draw(st.sampled_from(sorted(self.cancelled)))
        living = next(each for each in self.services if each.id == service)
        order = self.cancelled.pop(service)
        self.do(lambda: living.undo(order))

    @rule()
    def work(self) -> None:
        self.wait(self.both.work())

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.both.move(days)

    @rule()
    def bill(self) -> None:
        self.wait(self.both.bill())

    @rule(data=st.data(), twice=st.booleans())
    def deliver(self, data: st.DataObject, twice: bool) -> None:
        """Some events, in an order of their own, perhaps again."""
        for bag in (self.both.of_provisioning, self.both.of_billing):
            self.wait(bag.collect())
            chosen = self._some_of(data, bag)
            self.wait(bag.deliver(chosen + chosen if twice else chosen))

    def _some_of(self, data: st.DataObject, bag: Mailbag) -> list[Any]:
        indexes = data.draw(st.lists(st.integers(0, max(len(bag.waiting) - 1, 0)), unique=True, max_size=6))
        return [bag.waiting[n] for n in indexes] if bag.waiting else []

    @rule(newest_first=st.booleans())
    def compare(self, newest_first: bool) -> None:
        """After all events, everything stands alike."""
        self.wait(self.both.settle(newest_first=newest_first))
        services, subscriptions = self.wait(self.both.services()), self.wait(self.both.subscriptions())
        assert services.keys() == subscriptions.keys()
        for id_, service in services.items():
            assert standing_in_provisioning(service) == standing_in_billing(subscriptions[id_])
            assert priced(service, self.both.plans) == subscriptions[id_]["recurring_minor"]
        assert self.wait(self.both.faults()) == []

    def teardown(self) -> None:
        if hasattr(self, "both"):
            self.compare(newest_first=True)


def standing_in_provisioning(service: dict[str, Any]) -> dict[str, Any]:
    gone = service["state"] == "deleted"
    return {
        "ended": gone,
        "bill_group": service["bill_group_id"],
        "plan": service["plan_version_id"],
        "quantity": service["quantity"],
        "paused": not gone and "pause" in service["suspended_for"],
        "cancelled": not gone and service["cancelled_by"] is not None,
        "began": service["provisioned_at"] is not None,
    }


def standing_in_billing(subscription: dict[str, Any]) -> dict[str, Any]:
    ended = subscription["clock"] == "ended"
    return {
        "ended": ended,
        "bill_group": subscription["bill_group_id"],
        "plan": subscription["plan_version_id"],
        "quantity": subscription["quantity"],
        "paused": not ended and subscription["paused"],
        "cancelled": not ended and subscription["ends_on"] is not None,
        "began": subscription["billing_starts_at"] is not None,
    }


def priced(service: dict[str, Any], plans: dict[str, str]) -> int:
    """What one of it costs per interval, by the catalogue."""
    plan = next(PLANS[name] for name, version in plans.items() if version == str(service["plan_version_id"]))
    per_core = plan.get("field_prices", {}).get("cpu", 0)
    return int(plan["recurring_minor"] + per_core * service["configuration"]["cpu"])


@pytest.mark.rule("K2", "K6", "K8", "D9", "D18")
@pytest.mark.timeout(600)
async def test_a_service_is_billed_as_it_is(run: Callable[..., Awaitable[Running]]) -> None:
    provisioning = await run("provisioning")
    billing = await run("billing", gateway_secret="only-for-tests", tax_percent=20)

    class Here(Model):
        pass

    profile = settings(
        max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    async with ears_of(provisioning, billing) as ears:
        Here.running, Here.ears, Here.loop = (provisioning, billing), (ears[0], ears[1]), asyncio.get_running_loop()
        await asyncio.to_thread(run_state_machine_as_test, Here, settings=profile)


@pytest.mark.rule("K8", "D9")
async def test_a_change_that_billing_hears_of_after_the_end_is_kept_and_bills_nothing(
    run: Callable[..., Awaitable[Running]],
) -> None:
    provisioning = await run("provisioning")
    billing = await run("billing", gateway_secret="only-for-tests", tax_percent=20)
    async with ears_of(provisioning, billing) as ears:
        both = await Both.open(provisioning, billing, (ears[0], ears[1]))
        body = {"product_id": both.product["id"], "plan_version_id": both.plans["Afterwards"], "quantity": 3,
                "configuration": {"cpu": 1}}  # fmt: skip
        ordered = (await post(both.admin, f"{API}/orders", body)).json()
        living = Living(both.provisioning, both.admin, both.product, ordered["service_id"])
        await both.work()
        changed = await living.change(configuration={"cpu": 7}, quantity=2, plan_version_id=both.plans["Per core"])
        both.move(39)
        await both.work()
        ended = await living.cancel("now")

        await both.settle(newest_first=True)

        [service], [subscription] = (await both.services()).values(), (await both.subscriptions()).values()
        assert (changed.status_code, ended.status_code, service["quantity"]) == (201, 201, 2)
        assert standing_in_provisioning(service) == standing_in_billing(subscription)
        assert priced(service, both.plans) == subscription["recurring_minor"]
        assert await both.faults() == []
