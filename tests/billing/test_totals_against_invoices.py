"""The kept totals, against the invoices that they are totals of, through random lives of customers."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from tests.billing.harness import TODAY, BillingHarness
from tests.harness.services import Caller
from tests.harness.stateful import AsyncStateMachine

LINES = """
SELECT i.currency, i.issued_on, l.service_kind AS kind, l.net_minor + l.tax_minor AS minor
FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id WHERE i.workspace_id = :w
"""


class Living(AsyncStateMachine):
    """A customer orders, is invoiced in two bill groups, and pays now and then."""

    billing: BillingHarness
    customer: UUID | None = None

    @initialize()
    def become_a_customer(self) -> None:
        self.billing.move_to(TODAY)
        self.customer = self.wait(self.billing.customer())
        self.wait(self.billing.bill_group(self.customer, "USD"))
        self.person: Caller = self.wait(self.billing.admin(self.customer))

    @rule(recurring=st.integers(1, 10**9), one_off=st.integers(0, 10**6), currency=st.sampled_from(["EUR", "USD"]),
          kind=st.sampled_from(["port", "node"]), months=st.sampled_from([1, 12]))  # fmt: skip
    def order(self, recurring: int, one_off: int, currency: str, kind: str, months: int) -> None:
        assert self.customer
        plan = self.wait(self.billing.plan(recurring, one_off, currency, months))
        self.wait(self.billing.subscribed(self.customer, plan, kind=kind))

    @rule(days=st.integers(0, 70))
    def let_days_pass(self, days: int) -> None:
        self.billing.move_to(self.billing.now + timedelta(days=days))
        self.wait(self.billing.run_jobs())

    @rule(which=st.integers(0, 3))
    def pay_an_invoice(self, which: int) -> None:
        assert self.customer
        still_open = [one for one in self.wait(self.billing.invoices(self.customer)) if one["status"] == "open"]
        for invoice in still_open[which : which + 1]:
            begun = self.wait(self.billing.pay(self.person, invoice)).json()
            self.wait(self.billing.press(begun["pay_url"]))

    @invariant()
    def totals_are_the_invoices(self) -> None:
        if not self.customer:
            return
        assert self.wait(self.billing.verify()) == []
        invoices = self.wait(self.billing.invoices(self.customer))
        groups: list[dict[str, Any]] = self.wait(self.person.http.get("/api/billing/bill-groups")).json()
        assert {(g["id"], g["outstanding_minor"], g["overdue_minor"]) for g in groups} == {
            (g["id"], owed(invoices, g["id"]), owed(invoices, g["id"], before=self.billing.now.date())) for g in groups
        }
        spend = self.wait(self.person.http.get("/api/billing/spend?months=36")).json()
        assert charted(spend) == invoiced(self.wait(self.billing.rows(LINES, w=self.customer)))


def owed(invoices: list[dict[str, Any]], group_id: str, *, before: date = date.max) -> int:
    of_group = [one for one in invoices if str(one["bill_group_id"]) == group_id and one["status"] == "open"]
    return sum(one["total_minor"] - one["paid_minor"] for one in of_group if one["due_on"] < before)


def charted(spend: list[dict[str, Any]]) -> dict[tuple[str, str, str], int]:
    return {
        (one["currency"], month["month"], kind): minor
        for one in spend
        for month in one["months"]
        for kind, minor in month["kinds"].items()
    }


def invoiced(lines: list[dict[str, Any]]) -> dict[tuple[str, str, str], int]:
    found = Counter[tuple[str, str, str]]()
    for line in lines:
        found[line["currency"], str(line["issued_on"].replace(day=1)), line["kind"]] += line["minor"]
    return dict(found)


@pytest.mark.rule("O12")
async def test_balances_and_spend_are_those_of_the_invoices_whatever_happens(billing: BillingHarness) -> None:
    class Machine(Living):
        pass

    Machine.billing, Machine.loop = billing, asyncio.get_running_loop()
    chosen = settings(max_examples=10, stateful_step_count=10, deadline=None, derandomize=True, database=None,
                      suppress_health_check=list(HealthCheck))  # fmt: skip

    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=chosen)
