"""Overdue invoices: reminders at their days, in order, each once; then the staff are told. Never of paid ones."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test
from pydantic import ValidationError

from services.billing import jobs
from services.billing.settings import Settings
from tests.billing.gateway import tell
from tests.billing.harness import TODAY, BillingHarness
from tests.harness.services import SETTINGS, Caller
from tests.harness.stateful import AsyncStateMachine

TERMS = 14
NAMES = ("invoice_overdue", "invoice_long_overdue")


async def days_overdue(billing: BillingHarness, days: int) -> None:
    """Move to so many days after the invoice was due, without a worker in between."""
    billing.move_to(TODAY + timedelta(days=TERMS + days))


async def reminded(billing: BillingHarness, customer: UUID) -> list[tuple[int, int]]:
    return [(e["reminder"], e["days_overdue"]) for e in await billing.events("invoice_overdue", customer)]


async def test_a_reminder_is_sent_at_each_of_its_days_and_then_the_staff_are_told(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()

    for days in range(-1, 40):
        await days_overdue(billing, days)
        while await jobs.send_reminders(billing.job):
            pass

    assert await reminded(billing, customer) == [(1, 3), (2, 10), (3, 20)]
    first, *_ = await billing.events("invoice_overdue", customer)
    [last] = await billing.events("invoice_long_overdue", customer)
    assert (first["number"], first["reminders"], first["outstanding_minor"]) == (invoice["number"], 3, 120_000)
    assert (first["due_on"], last["days_overdue"], last["outstanding_minor"]) == ("2027-01-24", 30, 120_000)
    assert (first["actor"]["kind"], first["subject"]["version"], last["subject"]["version"]) == ("system", 2, 5)
    assert first["parent_workspace_id"] == last["parent_workspace_id"] is not None
    assert await billing.verify() == []


@pytest.mark.parametrize(("days", "sent"), [(12, [(2, 12)]), (25, [(3, 25)]), (90, [(3, 90)])])
async def test_what_a_worker_missed_is_made_up_by_the_newest_reminder_alone(
    billing: BillingHarness, days: int, sent: list[tuple[int, int]]
) -> None:
    customer, _ = await billing.invoiced()
    await days_overdue(billing, days)

    assert await jobs.send_reminders(billing.job) == 1
    assert await jobs.send_reminders(billing.job) == 0

    assert await reminded(billing, customer) == sent
    assert len(await billing.events("invoice_long_overdue", customer)) == (days >= 30)


async def test_many_workers_at_once_remind_once(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    await days_overdue(billing, 3)

    told = await asyncio.gather(*(jobs.send_reminders(billing.job) for _ in range(6)))

    assert sum(told) == 1
    assert await reminded(billing, customer) == [(1, 3)]


async def test_a_payment_that_is_processed_keeps_reminders_back_until_it_fails(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    begun = (await billing.pay(await billing.admin(customer), invoice)).json()
    await tell(billing, customer, begun, "payment_processing", method="direct_debit")
    await days_overdue(billing, 4)
    assert await jobs.send_reminders(billing.job) == 0

    await tell(billing, customer, begun, "payment_failed", reason="insufficient_funds")

    assert await jobs.send_reminders(billing.job) == 1
    assert await reminded(billing, customer) == [(1, 4)]


async def test_a_payment_and_a_reminder_at_the_same_time_do_not_cross(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    begun = (await billing.pay(await billing.admin(customer), invoice)).json()
    await days_overdue(billing, 3)

    told, _ = await asyncio.gather(
        jobs.send_reminders(billing.job), tell(billing, customer, begun, "payment_succeeded")
    )

    overdue = await billing.events("invoice_overdue", customer)
    [paid] = await billing.events("invoice_paid", customer)
    assert len(overdue) == told
    assert all(event["subject"]["version"] < paid["subject"]["version"] for event in overdue)
    billing.move_to(billing.now + timedelta(days=60))
    assert await jobs.send_reminders(billing.job) == 0


async def test_other_days_can_be_set(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    billing.running.runtime.settings.reminder_days = ()
    billing.running.runtime.settings.staff_notice_days = 5

    await days_overdue(billing, 4)
    assert await jobs.send_reminders(billing.job) == 0
    await days_overdue(billing, 5)
    assert await jobs.send_reminders(billing.job) == 1

    assert await reminded(billing, customer) == []
    assert len(await billing.events("invoice_long_overdue", customer)) == 1


async def test_nobody_is_told_where_it_is_switched_off(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    billing.running.runtime.settings.staff_notice_days = 0

    await days_overdue(billing, 400)
    assert await jobs.send_reminders(billing.job) == 1
    assert await jobs.send_reminders(billing.job) == 0

    assert [len(await billing.events(name, customer)) for name in NAMES] == [1, 0]


def with_settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"BILLING_{name.upper()}", value)
    urls = dict.fromkeys(("database_url", "worker_database_url"), "postgresql://nobody@localhost/none")
    return Settings(**{"gateway_secret": "s", "identity_url": SETTINGS["identity_url"], "service_key": "k",
                       "public_url": SETTINGS["public_url"]} | urls)  # fmt: skip


@pytest.mark.parametrize(("text", "days"), [("3,10,20", (3, 10, 20)), (" 7 ", (7,)), ("", ()), ("1,2,3,4,5", (1, 2, 3, 4, 5))])  # noqa: E501  # fmt: skip
def test_the_days_are_written_with_commas(monkeypatch: pytest.MonkeyPatch, text: str, days: tuple[int, ...]) -> None:
    assert with_settings(monkeypatch, reminder_days=text).reminder_days == days


@pytest.mark.parametrize(
    ("reminders", "staff"),
    [("10,3", "30"), ("3,3", "30"), ("0", "30"), ("366", "0"), ("1,2,3,4,5,6", "30"), ("3,x", "30"), ("3,10", "10"),
     ("3", "-1")],
)  # fmt: skip
def test_days_that_make_no_sense_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, reminders: str, staff: str
) -> None:
    with pytest.raises(ValidationError):
        with_settings(monkeypatch, reminder_days=reminders, staff_notice_days=staff)


class Waiting(AsyncStateMachine):
    """One invoice, whose time passes, with a worker that is there or not. The model knows the stages that were sent."""

    billing: BillingHarness

    @initialize()
    def issue(self) -> None:
        self.billing.move_to(TODAY)
        self.customer, self.invoice = self.wait(self.billing.invoiced())
        self.person: Caller = self.wait(self.billing.admin(self.customer))
        self.days, self.sent, self.staff, self.state = -TERMS, list[int](), False, "open"
        self.payment: dict[str, Any] = {}

    @rule(days=st.integers(1, 15))
    def let_days_pass(self, days: int) -> None:
        self.days += days
        self.wait(days_overdue(self.billing, self.days))

    @rule(workers=st.integers(1, 3))
    def work(self, workers: int) -> None:
        async def all_work() -> None:
            await asyncio.gather(*(jobs.send_reminders(self.billing.job) for _ in range(workers)))

        self.wait(all_work())
        if self.state == "open":
            stage = sum(self.days >= after for after in (3, 10, 20))
            if stage > max(self.sent, default=0):
                self.sent.append(stage)
            self.staff = self.staff or self.days >= 30

    @precondition(lambda self: self.state == "open")
    @rule()
    def begin_a_payment_that_takes_time(self) -> None:
        self.payment = self.wait(self.billing.pay(self.person, self.invoice)).json()
        assert self.wait(tell(self.billing, self.customer, self.payment, "payment_processing")) == 204
        self.state = "processing"

    @precondition(lambda self: self.state == "processing")
    @rule(outcome=st.sampled_from(["succeeded", "failed"]))
    def settle(self, outcome: str) -> None:
        assert self.wait(tell(self.billing, self.customer, self.payment, f"payment_{outcome}")) == 204
        self.state = "paid" if outcome == "succeeded" else "open"

    @invariant()
    def exactly_the_due_ones_were_sent(self) -> None:
        if hasattr(self, "sent"):
            found = self.wait(self.billing.events("invoice_overdue", self.customer))
            assert [event["reminder"] for event in found] == self.sent
            assert len(self.wait(self.billing.events("invoice_long_overdue", self.customer))) == self.staff


async def test_whatever_passes_each_reminder_is_sent_once_and_in_order(billing: BillingHarness) -> None:
    class Machine(Waiting):
        pass

    Machine.billing, Machine.loop = billing, asyncio.get_running_loop()
    chosen = settings(max_examples=15, stateful_step_count=15, deadline=None, derandomize=True, database=None,
                      suppress_health_check=list(HealthCheck))  # fmt: skip

    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=chosen)
