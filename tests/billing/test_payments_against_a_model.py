"""Money in random order, compared with a simple model, on a real database."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from services.billing import payment_jobs as jobs
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.gateway import tell
from tests.billing.harness import TODAY, BillingHarness, key
from tests.billing.paying import auto_pay, money, save_method, work
from tests.harness.services import Caller
from tests.harness.stateful import AsyncStateMachine

TOLD = ("payment_processing", "payment_succeeded", "payment_failed", "payment_returned", "dispute_opened",
        "dispute_lost", "dispute_won", "refund_done")  # fmt: skip
METHODS = ("approved", "insufficient_funds", "settles", "timeout", "timeout_lost", "returned")


class Paying(AsyncStateMachine):
    """A customer with a few invoices. The model knows what each attempt has brought, by what the gateway told of it."""

    billing: BillingHarness

    @initialize(recurring=st.integers(1, 10**9))
    def issue(self, recurring: int) -> None:
        self.billing.move_to(TODAY)
        self.customer, _ = self.wait(self.billing.invoiced(recurring))
        self.person: Caller = self.wait(self.billing.admin(self.customer))
        self.attempts: dict[str, dict[str, Any]] = {}
        self.brought: dict[str, int] = {}
        self.over: set[str] = set()
        self.issued = 1
        self.automatic = False

    def invoices(self) -> list[dict[str, Any]]:
        return self.wait(self.billing.invoices(self.customer))

    @precondition(lambda self: self.issued < 3)
    @rule()
    def let_a_month_pass(self) -> None:
        self.wait(self.billing.day_by_day(31))
        self.issued = len(self.invoices())

    @rule(data=st.data(), whole=st.booleans())
    def begin_to_pay(self, data: st.DataObject, whole: bool) -> None:
        found = self.invoices()
        chosen = data.draw(st.lists(st.sampled_from(range(len(found))), min_size=1, max_size=3, unique=True))
        amount = None if whole or len(chosen) > 1 else data.draw(st.integers(1, found[chosen[0]]["total_minor"]))
        answer = self.wait(self.billing.pay(self.person, *(found[each] for each in chosen), amount=amount))
        assert answer.status_code in (201, 409, 422)
        if answer.status_code == 201:
            assert all(found[each]["status"] != "paid" for each in chosen)
            self.attempts[answer.json()["id"]] = answer.json()

    @precondition(lambda self: self.attempts)
    @rule(data=st.data(), told=st.sampled_from(TOLD), twice=st.booleans(), other=st.integers(0, 9))
    def gateway_tells(self, data: st.DataObject, told: str, twice: bool, other: int) -> None:
        attempt = self.attempts[data.draw(st.sampled_from(sorted(self.attempts)))]
        amount = max(attempt["amount_minor"] + (other - 7 if other > 7 else 0), 1)
        times = 3 if twice else 1

        async def all_tell() -> list[int]:
            async def once() -> int:
                return await tell(self.billing, self.customer, attempt, told, amount=amount, anew=twice)

            return list(await asyncio.gather(*(once() for _ in range(times))))

        assert set(self.wait(all_tell())) == {204}
        self.note(attempt["id"], told, amount, fresh=twice)

    def note(self, attempt: str, told: str, amount: int, *, fresh: bool) -> None:
        """What the model makes of it. An event that was told before changes nothing."""
        seen = self.attempts[attempt].setdefault("seen", set())
        if told in seen and not fresh:
            return
        seen.add(told)
        state = self.attempts[attempt]
        if attempt in self.over:
            return
        if told == "payment_succeeded" and attempt not in self.brought:
            self.brought[attempt] = amount
        if told == "refund_done":
            self.brought.setdefault(attempt, state["amount_minor"])
        if told == "payment_returned" or (told == "dispute_lost" and state.get("dispute") not in ("won", "lost")):
            self.over.add(attempt)
            self.brought.pop(attempt, None)
        if told in ("dispute_lost", "dispute_won"):
            state["dispute"] = state.get("dispute") or told.removeprefix("dispute_")

    @precondition(lambda self: not self.automatic)
    @rule(outcome=st.sampled_from(METHODS))
    def pay_by_itself(self, outcome: str) -> None:
        self.wait(save_method(self.billing, self.person, self.invoices()[0], outcome=outcome))
        self.automatic = self.wait(auto_pay(self.person, self.invoices()[0])).status_code == 200

    @rule(days=st.integers(0, 20), dies=st.booleans())
    def work_is_done(self, days: int, dies: bool) -> None:
        """Some days later a worker does what is due; perhaps it dies between the two transactions of a charge."""
        self.billing.move_to(self.billing.now + timedelta(days=days, minutes=1))
        if dies:
            self.wait(self.die_while_charging())
        self.wait(self.leases_end())
        self.wait(work(self.billing))
        self.issued = len(self.invoices())

    async def die_while_charging(self) -> None:
        charge = SimulatedGateway.charge

        async def die(gateway: SimulatedGateway, of: Any, *, key: str) -> Any:
            await charge(gateway, of, key=key)
            raise RuntimeError("the worker is gone")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SimulatedGateway, "charge", die)
            await jobs.plan_charges(self.billing.job)
            await jobs.charge_due_invoices(self.billing.job)

    async def leases_end(self) -> None:
        async with self.billing.running.database.owner.begin() as session:
            for table in ("charges", "refunds"):
                await session.execute(text(f"UPDATE {table} SET due_at = now() WHERE due_at IS NOT NULL"))

    @rule(minor=st.integers(1, 2 * 10**9))
    def staff_pay_back(self, minor: int) -> None:
        group = self.invoices()[0]["bill_group_id"]
        path = f"/api/billing/customers/{self.customer}/bill-groups/{group}/credit-refunds"
        before = self.wait(money(self.billing, self.customer))["credit"]
        answer = self.wait(self.billing.provider.http.post(path, json={"amount_minor": minor}, headers=key()))
        assert answer.status_code == 409 if minor > before else answer.status_code in (201, 409)

    @precondition(lambda self: self.attempts)
    @rule()
    def let_pages_expire(self) -> None:
        self.wait(self.expire())
        self.wait(jobs.give_up_stale_payments(self.billing.job))

    async def expire(self) -> None:
        async with self.billing.running.database.owner.begin() as session:
            over = "UPDATE payments SET expires_at = now() - interval '11 minutes' WHERE workspace_id = :w"
            await session.execute(text(over), {"w": self.customer})

    @invariant()
    def books_are_right(self) -> None:
        if not hasattr(self, "customer"):
            return
        assert self.wait(self.billing.verify()) == []
        found = self.wait(money(self.billing, self.customer))
        assert found["received"] + found["uncovered"] == found["paid"] + found["credit"] + found["refunded"]
        by_people = "SELECT id, amount_minor FROM payments WHERE state = 'succeeded' AND payment_method_id IS NULL"
        stored = self.wait(self.billing.rows(f"{by_people} AND workspace_id = :w", w=self.customer))
        assert {str(row["id"]): row["amount_minor"] for row in stored} == self.brought
        twice = "SELECT invoice_id FROM payment_allocations WHERE live GROUP BY 1 HAVING count(*) > 1"
        assert self.wait(self.billing.rows(twice)) == []
        for invoice in self.invoices():
            assert invoice["paid_minor"] <= invoice["total_minor"]

    @invariant()
    def each_success_is_told_once(self) -> None:
        if hasattr(self, "customer"):
            events = self.wait(self.billing.events("payment_succeeded", self.customer))
            ids = [UUID(event["payment_id"]) for event in events]
            assert len(ids) == len(set(ids))


@pytest.mark.rule("D21", "L15", "I8", "D20")
async def test_no_sequence_of_payments_and_callbacks_pays_twice_or_loses_money(billing: BillingHarness) -> None:
    class Machine(Paying):
        pass

    Machine.billing, Machine.loop = billing, asyncio.get_running_loop()
    chosen = settings(max_examples=20, stateful_step_count=20, deadline=None, derandomize=True, database=None,
                      suppress_health_check=list(HealthCheck))  # fmt: skip

    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=chosen)
