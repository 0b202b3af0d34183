"""A whole year of a customer, with everything that may happen to its money, compared with a simple model.

The gateway's own record of what it took is the judge of what was charged.
"""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.billing import jobs, payment_jobs
from services.billing.charges import beginning
from services.billing.charges import service as charges
from services.billing.gateways import port
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.gateway import GATEWAY as SIGNING
from tests.billing.gateway import call_back, event
from tests.billing.harness import PROVIDER, TODAY, BillingHarness, key
from tests.billing.paying import auto_pay, money, save_method, work
from tests.billing.year_model import Books, Contract
from tests.harness.services import Caller

EXAMPLES = int(os.environ.get("PORTICO_FUZZ_EXAMPLES", "3"))
SEED = int(os.environ.get("PORTICO_FUZZ_SEED", "7"))
YEAR = 365
SCRIPTS = ("approved", "approved", "declined", "declined_late", "insufficient_funds", "requires_action", "settles",
           "fails_later", "returned", "late", "twice", "out_of_order", "dispute_lost", "dispute_won", "timeout",
           "timeout_declined", "timeout_lost")  # fmt: skip
TOLD = ("payment_succeeded", "payment_succeeded", "payment_succeeded", "payment_succeeded", "payment_processing",
        "payment_failed", "payment_returned", "dispute_opened", "dispute_lost", "dispute_won")  # fmt: skip
CRASHES = ("", "before_gateway", "answer_lost", "record_rolled_back", "callback_rolled_back")
ACTIONS = {"subscribe": 2, "pay": 6, "tell": 8, "auto_pay": 4, "auto_pay_off": 1, "refund": 4, "expire": 4}
"""How often each is done, compared with the others."""
TOOK = """
SELECT key, answer->>'kind' AS kind FROM simulated_payments WHERE workspace_id = :w AND key NOT LIKE 'page-%'
"""
STORED = "SELECT id, amount_minor FROM payments WHERE state = 'succeeded' AND workspace_id = :w"


class Died(Exception):
    """The worker is gone."""


class Year:
    """A customer, billing, and the model that follows it: each change is noted in the model while billing holds the
    group's lock, so that both see the changes in one order."""

    def __init__(self, billing: BillingHarness, patch: pytest.MonkeyPatch) -> None:
        self.billing, self.books, self.patch = billing, Books(), patch
        self.crash = ""
        self.story: list[str] = []
        self.wrong: list[str] = []
        self.pages: dict[str, dict[str, Any]] = {}
        self.took: set[str] = set()
        self.paid_back: dict[str, int] = {}
        self.told: list[tuple[str, str]] = []

    async def begin(self) -> None:
        self.billing.move_to(TODAY)
        self.billing.provider = await self.billing.running.caller("admin", workspace_id=PROVIDER, kind="provider")
        self.customer: UUID = await self.billing.customer()
        self.person: Caller = await self.billing.admin(self.customer)
        [group] = await self.billing.rows(
            "SELECT bill_group_id FROM bill_groups WHERE workspace_id = :w", w=self.customer
        )
        self.group: str = str(group["bill_group_id"])
        self.watch()
        await self.subscribe(9_999, 0)
        await self.work()

    # what happens

    async def subscribe(self, n: int, m: int) -> None:
        recurring, one_off, quantity = n * 7 % 100_003, (0, 0, 4_999)[n % 3], 1 + m % 3
        months, delay = (1, 1, 3, 12)[m % 4], (0, 0, 15)[m % 3]
        billed = ("in_advance", "in_arrears")[(n // 7) % 2]
        plan = await self.billing.plan(recurring, one_off, months=months, billed=billed)
        await self.billing.subscribed(self.customer, plan, delay_days=delay, quantity=quantity)
        starts_on = (self.billing.now + timedelta(days=delay)).date()
        contract = Contract(recurring, one_off, quantity, months, starts_on, billed == "in_arrears")
        self.books.contracts.append(contract)

    async def pay(self, n: int, m: int) -> None:
        owed = [each for each in self.books.invoices if each.outstanding] or self.books.invoices
        chosen = [owed[(n + k) % len(owed)] for k in range(min(1 + m % 3, len(owed)))]
        amount = 1 + n % chosen[0].total if len(chosen) == 1 and m % 2 else None
        answer = await self.billing.pay(self.person, *({"id": each.id} for each in chosen), amount=amount)
        assert answer.status_code in (201, 409, 422), answer.text
        if answer.status_code == 201 and answer.json()["id"] not in self.pages:
            begun = answer.json()
            self.pages[begun["id"]] = begun
            self.books.begin(begun["id"], {each["invoice_id"]: each["asked_minor"] for each in begun["invoices"]})

    async def tell(self, n: int, m: int) -> None:
        """A callback about a page: in any order, late, again, or with another amount."""
        if not self.pages:
            return
        ids = list(self.pages)
        payment, told = self.pages[ids[n % len(ids)]], TOLD[m % len(TOLD)]
        asked = payment["amount_minor"]
        amount = max((asked, asked, asked, asked - 3, asked + 5, asked * 2)[n % 6], 1)
        said = event(payment, self.customer, told, amount=amount, anew=bool(m % 3))
        for _ in range(1 + n % 2):
            signed = SIGNING.write_callback(said, now=self.billing.running.runtime.clock.real_now())
            if (await call_back(self.billing, *signed)).status_code == 204:
                self.note_told(said)

    async def auto_pay(self, n: int, m: int) -> None:
        about = {"bill_group_id": self.group}
        method = await save_method(self.billing, self.person, about, outcome=SCRIPTS[n % len(SCRIPTS)])
        await self.person.http.put(f"/api/billing/payment-methods/{method}/default")
        assert (await auto_pay(self.person, about)).status_code == 200

    async def auto_pay_off(self, n: int, m: int) -> None:
        assert (await auto_pay(self.person, {"bill_group_id": self.group}, on=False)).status_code == 200

    async def refund(self, n: int, m: int) -> None:
        minor = self.books.credit // 2 if m % 2 else 1 + n % (self.books.credit + 10)
        path = f"/api/billing/customers/{self.customer}/bill-groups/{self.group}/credit-refunds"
        answer = await self.billing.provider.http.post(path, json={"amount_minor": max(minor, 1)}, headers=key())
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            self.books.refund(max(minor, 1))

    async def expire(self, n: int, m: int) -> None:
        async with self.billing.running.database.owner.begin() as session:
            over = "UPDATE payments SET expires_at = now() - interval '11 minutes' WHERE state = 'requires_action'"
            await session.execute(text(over))
        await payment_jobs.give_up_stale_payments(self.billing.job)
        self.books.pages_expire()

    async def days_pass(self, days: int, crash: str = "") -> None:
        self.billing.move_to(self.billing.now + timedelta(days=days, minutes=1))
        self.crash = crash
        await self.work()
        self.crash = ""

    async def work(self) -> None:
        while await jobs.start_due_billing(self.billing.job) + await jobs.issue_due_invoices(self.billing.job):
            pass
        self.books.bill(self.billing.now.date())
        stored = await self.billing.invoices(self.customer)
        assert [each["total_minor"] for each in stored] == [each.total for each in self.books.invoices]
        for mine, its in zip(self.books.invoices, stored, strict=True):
            mine.id = str(its["id"])
        async with self.billing.running.database.owner.begin() as session:
            for table in ("charges", "refunds", "simulated_payments"):
                await session.execute(text(f"UPDATE {table} SET due_at = now() WHERE due_at IS NOT NULL"))
        await work(self.billing)

    # what billing does, as the model sees it

    def watch(self) -> None:
        """A crash happens once, where it was asked for."""
        self._around(SimulatedGateway, "charge", self._charging)
        self._around(SimulatedGateway, "refund", self._paying_back)
        self._around(charges, "begin", self._begun)
        self._around(charges, "_record", self._recorded)
        self._around(payment_jobs, "take_callback", self._called_back)
        for module in (beginning, payment_jobs):
            self._around(module, "apply_credit", self._credit_applied)

    def _around(self, where: Any, name: str, step: Callable[..., Awaitable[Any]]) -> None:
        real = getattr(where, name)

        async def watched(*args: Any, **more: Any) -> Any:
            try:
                return await step(lambda: real(*args, **more), *args)
            except AssertionError as error:
                self.wrong.append(f"{name}: {error}")  # jobs log errors, and go on
                raise

        self.patch.setattr(where, name, watched)

    def _die(self, where: str) -> None:
        if self.crash == where:
            self.crash = ""
            raise Died

    async def _charging(self, charge: Any, gateway: Any, of: port.Charge) -> Any:
        id_ = str(of.payment_id)
        self._die("before_gateway")
        assert id_ not in self.took, "charged again, without a look-up of what was taken already"
        answer = await charge()
        [row] = [each for each in await self.billing.rows(TOOK, w=self.customer) if each["key"] == id_]
        if row["kind"] == "approved":
            self.took.add(id_)
        self._die("answer_lost")
        return answer

    async def _paying_back(self, refund: Any, gateway: Any, of: port.Refund) -> Any:
        assert self.paid_back.setdefault(str(of.refund_id), of.amount_minor) == of.amount_minor
        answer = await refund()
        self._die("answer_lost")
        return answer

    async def _begun(self, begin: Any, session: Any, its_settings: Any, row: Any, gateway: str) -> Any:
        begun = await begin()
        if begun is not None and not begun.asked_before:
            self.books.begin(begun.key, {str(row.invoice_id): begun.charge.amount_minor}, automatic=True)
        return begun

    async def _recorded(self, record: Any, session: Any, its_settings: Any, begun: Any, answer: Any) -> None:
        await record()
        self._die("record_rolled_back")
        match answer:
            case port.Approved():
                self.books.receive(begun.key, begun.charge.amount_minor)
            case port.Processing():
                self.books.process(begun.key)
            case port.Declined() | port.RequiresAction():
                self.books.fail(begun.key)

    async def _called_back(self, take: Any, session: Any, its_settings: Any, callback: Any) -> None:
        await take()
        self._die("callback_rolled_back")
        for said in callback.events:
            if hasattr(said, "payment_id"):
                self.note_told(said)

    async def _credit_applied(self, apply: Any, *args: Any) -> Any:
        used = await apply()
        self.books.apply_credit()
        return used

    def note_told(self, said: Any) -> None:
        self.told.append((said.told, str(said.payment_id)))
        self.books.told(str(said.event_id), said.told, str(said.payment_id), getattr(said, "amount_minor", 0))

    # what has to hold

    async def check(self) -> None:
        assert self.wrong == [], f"after {self.story}"
        books, stored = self.books, await self.billing.invoices(self.customer)
        assert [each["paid_minor"] for each in stored] == [each.paid for each in books.invoices], self.story
        found = await money(self.billing, self.customer)
        assert found == {
            "received": sum(books.received.values()), "uncovered": books.uncovered,
            "paid": sum(each.paid for each in books.invoices), "credit": books.credit, "refunded": books.refunded,
        }, self.story  # fmt: skip
        assert found["received"] + found["uncovered"] == found["paid"] + found["credit"] + found["refunded"]
        received = await self.billing.rows(STORED, w=self.customer)
        assert {str(row["id"]): row["amount_minor"] for row in received} == books.received
        [mrr] = await self.billing.rows("SELECT amounts FROM mrr WHERE workspace_id = :w", w=self.customer)
        assert mrr["amounts"].get("EUR", 0) == books.mrr
        assert await self.billing.verify() == []

    async def judge(self) -> None:
        """What the gateway took, and did not give back, is what was received; and no invoice was charged twice."""
        took = self.took | {id_ for told, id_ in self.told if told == "payment_succeeded"}
        gone = {id_ for id_, each in self.books.attempts.items() if each.state == "returned"}
        assert took - gone == set(self.books.received)
        assert sum(self.paid_back.values()) == self.books.refunded
        for invoice in self.books.invoices:
            automatic = [minor for id_, minor in invoice.by_payment.items() if self.books.attempts[id_].automatic]
            charged = [
                each.amount for id_, each in self.books.attempts.items()
                if each.automatic and id_ in took - gone and each.asks[0][0] is invoice
            ]  # fmt: skip
            assert sum(automatic) <= sum(charged) <= invoice.total
        for name in ("payment_succeeded", "payment_returned"):
            ids = [each["payment_id"] for each in await self.billing.events(name, self.customer)]
            assert len(ids) == len(set(ids))


@pytest.mark.rule("D9", "D20", "D21", "P5", "L15", "O14", "I8")
@pytest.mark.parametrize("seed", range(SEED, SEED + EXAMPLES))
async def test_no_year_loses_a_cent_or_charges_twice(
    billing: BillingHarness, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    year, chance = Year(billing, monkeypatch), Random(seed)
    await year.begin()
    end = billing.now + timedelta(days=YEAR)
    while billing.now < end:
        actions = chance.choices(list(ACTIONS), list(ACTIONS.values()), k=chance.randint(1, 6))
        for action in actions:
            await getattr(year, action)(chance.randrange(10**6), chance.randrange(10**6))
        days, crash = chance.randint(1, 50), chance.choice(CRASHES)
        year.story.append(f"{', '.join(actions)}; {days} days {crash}")
        await year.days_pass(days, crash)
        await year.check()
    await year.auto_pay_off(0, 0)
    for days in (1, 15, 1):  # what is under way comes to its end
        await year.days_pass(days)
    await year.check()
    await year.judge()
