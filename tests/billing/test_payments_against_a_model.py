"""Payments in random order, compared with a simple model, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta
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

from services.billing import jobs
from services.billing.payments.gateway import Checkout
from services.billing.payments.simulator import SIGNATURE_HEADER, SimulatedGateway
from tests.billing.harness import RETURN_URL, TODAY, BillingHarness
from tests.harness.services import Caller
from tests.harness.stateful import AsyncStateMachine


class Paying(AsyncStateMachine):
    """One invoice at a time. The model knows the live attempt, all attempts, and whether the invoice is paid."""

    billing: BillingHarness

    @initialize(recurring=st.integers(1, 10**9))
    def issue(self, recurring: int) -> None:
        self.billing.move_to(TODAY)
        self.customer, self.invoice = self.wait(self.billing.invoiced(recurring))
        self.person: Caller = self.wait(self.billing.admin(self.customer))
        self.gateway = SimulatedGateway("only-for-tests", "https://portal.larkspur.example")
        self.live: str | None = None
        self.attempts: list[dict[str, Any]] = []
        self.told: set[tuple[str, str]] = set()
        self.paid = False

    @rule()
    def begin_to_pay(self) -> None:
        answer = self.wait(self.billing.pay(self.person, self.invoice))

        assert answer.status_code == (409 if self.paid else 201)
        if answer.status_code == 201:
            attempt = answer.json()
            assert self.live in (None, attempt["id"])
            if self.live is None:
                self.attempts.append(attempt)
            self.live = attempt["id"]

    @precondition(lambda self: self.attempts)
    @rule(data=st.data(), outcome=st.sampled_from(["succeeded", "failed"]), forged=st.booleans())
    def gateway_tells(self, data: st.DataObject, outcome: Any, forged: bool) -> None:
        attempt = data.draw(st.sampled_from(self.attempts))
        amount = attempt["amount_minor"] - forged
        asked = Checkout(UUID(attempt["id"]), self.customer, "INV", amount, "EUR", RETURN_URL, datetime.now(UTC))
        body, signature = self.gateway.write_event(asked, outcome, now=datetime.now(UTC))

        answer = self.wait(self.call_back(body, signature))

        again = (attempt["id"], outcome) in self.told
        lives = attempt["id"] == self.live and not self.paid
        assert answer.status_code == (204 if again else 400 if forged else 204 if lives else 409)
        if lives and not forged and not again:
            self.told.add((attempt["id"], outcome))
            self.paid = outcome == "succeeded"
            self.live = self.live if self.paid else None

    async def call_back(self, body: bytes, signature: str) -> Any:
        headers = {SIGNATURE_HEADER: signature}
        return await self.billing.running.http().post("/api/billing/gateway-events", content=body, headers=headers)

    @rule()
    def give_up_the_stale(self) -> None:
        assert self.wait(jobs.give_up_stale_payments(self.billing.job)) == 0

    @rule(days=st.integers(0, 40))
    def let_days_pass(self, days: int) -> None:
        self.billing.move_to(self.billing.now + timedelta(days=days))

    @invariant()
    def books_are_right(self) -> None:
        if not hasattr(self, "customer"):
            return
        assert self.wait(self.billing.verify()) == []
        [stored] = self.wait(self.billing.rows("SELECT * FROM invoices WHERE id = :i", i=self.invoice["id"]))
        assert stored["status"] == ("paid" if self.paid else "open")
        assert stored["paid_minor"] == (stored["total_minor"] if self.paid else 0)
        assert len(self.wait(self.billing.events("invoice_paid", self.customer))) == self.paid


@pytest.mark.rule("D21", "L15")
async def test_no_sequence_of_payments_and_callbacks_pays_twice_or_loses_money(billing: BillingHarness) -> None:
    class Machine(Paying):
        pass

    Machine.billing, Machine.loop = billing, asyncio.get_running_loop()
    chosen = settings(max_examples=15, stateful_step_count=12, deadline=None, derandomize=True, database=None,
                      suppress_health_check=list(HealthCheck))  # fmt: skip

    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=chosen)
