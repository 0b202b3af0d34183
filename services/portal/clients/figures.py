"""Billing: what was invoiced, and what recurs, by month. Amounts are whole minor units (D20)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer


class Month(Answer):
    month: date
    total_minor: int
    kinds: dict[str, int]


class Spend(Answer):
    """What was invoiced per month and kind of service, in one currency."""

    currency: str
    months: list[Month]


class MrrMonth(Answer):
    month: date
    total_minor: int
    """At its end."""
    movements: dict[str, int]


class Mrr(Answer):
    """The monthly recurring revenue by month, in one currency."""

    currency: str
    months: list[MrrMonth]


class CustomersMrr(Answer):
    """What moved the revenue of all customers in this month, in one currency."""

    currency: str
    month: date
    movements: dict[str, int]


class Owed(Answer):
    currency: str
    amount_minor: int


class FailingCustomer(Answer):
    """A customer with invoices that are overdue, or whose payment failed."""

    display_name: str
    account_number: str
    amounts: list[Owed]
    days_overdue: int
    payment_failed_at: datetime | None


class FailingPayments(Answer):
    customers: int
    is_all: bool
    """Whether all are counted and added up."""
    totals: list[Owed]
    items: list[FailingCustomer]


@dataclass(frozen=True)
class Counting(Exporting):
    async def spend(self, months: int = 12) -> list[Spend]:
        return await self.api.get("/spend", list[Spend], months=months)

    async def mrr(self, months: int = 12) -> list[Mrr]:
        return await self.api.get("/mrr", list[Mrr], months=months)

    async def customers_mrr(self) -> list[CustomersMrr]:
        return await self.api.get("/mrr/customers", list[CustomersMrr])

    async def failing_payments(self) -> FailingPayments:
        return await self.api.get("/failing-payments", FailingPayments)

    async def customer_mrr(self, customer_id: UUID, months: int = 12) -> list[Mrr]:
        return await self.api.get(f"/customers/{customer_id}/mrr", list[Mrr], months=months)
