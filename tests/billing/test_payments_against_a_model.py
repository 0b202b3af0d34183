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
from services.billing.payments.gateway import Checkout
from services.billing.payments.simulator import SIGNATURE_HEADER, SimulatedGateway
from sqlalchemy import text

from services.billing import jobs
from tests.billing.harness import RETURN_URL, TODAY, BillingHarness
from tests.harness.services import Caller
from tests.harness.stateful import AsyncStateMachine

LIVE = ("open", "processing")
AFTER = {
    "processing": {"open": "processing"},
    "succeeded": {"open": "succeeded", "processing": "succeeded", "given up": "succeeded"},
    "failed": {"open": "declined", "processing": "declined"},
}
"""What a gateway may tell of an attempt in which state, and what becomes of it."""


class Paying(AsyncStateMachine):
    """One invoice at a time. The model knows the state of each attempt, and whether the invoice is paid."""

    billing: BillingHarness

    @initialize(recurring=st.integers(1, 10**9))
    def issue(self, recurring: int) -> None:
        self.billing.move_to(TODAY)
        self.customer, self.invoice = self.wait(self.billing.invoiced(recurring))
        self.person: Caller = self.wait(self.billing.admin(self.customer))
        self.gateway = SimulatedGateway("only-for-tests", "https://portal.larkspur.example")
        self.states: dict[str, str] = {}
        self.attempts: list[dict[str, Any]] = []
        self.told: set[tuple[str, str]] = set()
        self.paid = False

    @property
    def live(self) -> str | None:
        return next((attempt for attempt, state in self.states.items() if state in LIVE), None)

    @rule()
    def begin_to_pay(self) -> None:
        answer = self.wait(self.billing.pay(self.person, self.invoice))

        under_way = self.live is not None and self.states[self.live] == "processing"
        assert answer.status_code == (409 if self.paid or under_way else 201)
        if answer.status_code == 201:
            attempt = answer.json()
            assert self.live in (None, attempt["id"])
            if self.live is None:
                self.attempts.append(attempt)
                self.states[attempt["id"]] = "open"

    @precondition(lambda self: self.attempts)
    @rule(data=st.data(), outcome=st.sampled_from(list(AFTER)), forged=st.integers(0, 4))
    def gateway_tells(self, data: st.DataObject, outcome: Any, forged: int) -> None:
        attempt = data.draw(st.sampled_from(self.attempts))
        amount = attempt["amount_minor"] - (forged == 4)
        asked = Checkout(UUID(attempt["id"]), self.customer, "INV", amount, "EUR", RETURN_URL, datetime.now(UTC))
        body, signature = self.gateway.write_event(asked, outcome, now=datetime.now(UTC))

        answer = self.wait(self.call_back(body, signature))

        again = (attempt["id"], outcome) in self.told
        becomes = AFTER[outcome].get(self.states[attempt["id"]])
        assert answer.status_code == (204 if again else 400 if forged == 4 else 204 if becomes else 409)
        if becomes and answer.status_code == 204 and not again:
            self.told.add((attempt["id"], outcome))
            self.become(attempt["id"], becomes)

    def become(self, attempt: str, state: str) -> None:
        self.states[attempt] = state
        if state == "succeeded" and self.paid:
            self.states[attempt] = "surplus"
        elif state == "succeeded":
            self.paid = True
            if self.live and self.states[self.live] == "open":
                self.states[self.live] = "given up"

    async def call_back(self, body: bytes, signature: str) -> Any:
        headers = {SIGNATURE_HEADER: signature}
        return await self.billing.running.http().post("/api/billing/gateway-events", content=body, headers=headers)

    @rule()
    def give_up_the_stale(self) -> None:
        assert self.wait(jobs.give_up_stale_payments(self.billing.job)) == 0

    @precondition(lambda self: self.live)
    @rule()
    def let_the_live_attempt_expire(self) -> None:
        live = self.live
        assert live is not None
        self.wait(self.expire())
        assert self.wait(jobs.give_up_stale_payments(self.billing.job)) == 1
        self.states[live] = "given up"

    async def expire(self) -> None:
        async with self.billing.running.database.owner.begin() as session:
            over = "UPDATE payments SET expires_at = now() - interval '11 minutes' WHERE invoice_id = :i"
            await session.execute(text(over), {"i": self.invoice["id"]})

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
        received = [state for state in self.states.values() if state in ("succeeded", "surplus")]
        assert len(self.wait(self.billing.events("payment_succeeded", self.customer))) == len(received)
        assert received.count("succeeded") == self.paid


@pytest.mark.rule("D21", "L15")
async def test_no_sequence_of_payments_and_callbacks_pays_twice_or_loses_money(billing: BillingHarness) -> None:
    class Machine(Paying):
        pass

    Machine.billing, Machine.loop = billing, asyncio.get_running_loop()
    chosen = settings(max_examples=20, stateful_step_count=15, deadline=None, derandomize=True, database=None,
                      suppress_health_check=list(HealthCheck))  # fmt: skip

    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=chosen)
