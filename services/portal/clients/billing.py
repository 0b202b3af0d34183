"""Billing: bill groups, invoices, payments, plans, spend. Amounts are whole minor units (D20)."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import httpx

from services.portal.clients.http import Answer, Api, Page

InvoiceFilter = Literal["", "open", "paid", "overdue"]
"""A filter by state; empty: all."""


class Plan(Answer):
    plan_version_id: UUID
    product_id: UUID
    display_name: str
    currency: str
    recurring_minor: int
    one_off_minor: int
    interval_months: int


class Party(Answer):
    """A billing or shipping contact, with the postal data that invoices carry."""

    display_name: str = ""
    address: str = ""
    company: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


class BillGroup(Answer):
    id: UUID
    display_name: str
    currency: str
    po_number: str
    vat_number: str
    registration_number: str
    frequency: str
    auto_pay: bool
    terms_days: int
    next_billing_on: date | None
    outstanding_minor: int
    overdue_minor: int
    contacts: dict[str, Party | None]


class Subscription(Answer):
    id: UUID
    bill_group_id: UUID
    service_id: UUID
    service_kind: str
    description: str
    quantity: int
    currency: str
    recurring_minor: int
    """Per unit and interval."""
    one_off_minor: int
    interval_months: int
    status: str
    clock: str
    """Whether its billing has started (D9)."""
    billing_starts_at: datetime | None = None
    billing_started_at: datetime | None = None


class Invoice(Answer):
    id: UUID
    bill_group_id: UUID
    number: str
    status: str
    overdue: bool
    issued_on: date
    due_on: date
    currency: str
    total_minor: int
    paid_minor: int

    @property
    def state(self) -> str:
        """The status, or ``overdue``, which is derived from the due date but shown like a state."""
        return "overdue" if self.overdue else self.status

    @property
    def payable(self) -> bool:
        return self.status in ("open", "partially_paid")

    @property
    def due_minor(self) -> int:
        return self.total_minor - self.paid_minor if self.payable else 0


class Line(Answer):
    description: str
    period_from: date
    period_to: date
    quantity: int
    unit_minor: int
    net_minor: int
    tax_percent: str


class InvoiceDetail(Invoice):
    net_minor: int
    tax_minor: int
    lines: list[Line]


class Payment(Answer):
    id: UUID
    state: str
    pay_url: str | None


class Month(Answer):
    month: date
    total_minor: int
    kinds: dict[str, int]


class Spend(Answer):
    """What was invoiced per month and kind of service, in one currency."""

    currency: str
    months: list[Month]


@dataclass(frozen=True)
class Billing:
    api: Api

    async def plans(self, product_id: UUID) -> list[Plan]:
        return (await self.api.get("/plans", Page[Plan], product_id=str(product_id))).items

    async def bill_groups(self) -> list[BillGroup]:
        return await self.api.get("/bill-groups", list[BillGroup])

    async def change_contact(self, bill_group_id: UUID, kind: Literal["billing", "shipping"], party: Party) -> None:
        await self.api.put(f"/bill-groups/{bill_group_id}/contacts/{kind}", type(None), party.model_dump())

    async def subscriptions(self) -> Page[Subscription]:
        return await self.api.get("/subscriptions", Page[Subscription], limit=200)

    async def invoices(
        self, *, status: InvoiceFilter = "", bill_group_id: UUID | None = None, cursor: str = "", limit: int = 50
    ) -> Page[Invoice]:
        query = {"status": status, "bill_group_id": bill_group_id, "cursor": cursor, "limit": limit}
        return await self.api.get("/invoices", Page[Invoice], **query)

    async def invoice(self, invoice_id: UUID) -> InvoiceDetail:
        return await self.api.get(f"/invoices/{invoice_id}", InvoiceDetail)

    def invoice_pdf(self, invoice_id: UUID) -> AbstractAsyncContextManager[httpx.Response]:
        """The PDF as a stream."""
        return self.api.stream(f"/invoices/{invoice_id}/pdf")

    async def pay(self, invoice_id: UUID, return_url: str, key: str) -> Payment:
        body = {"invoice_id": str(invoice_id), "return_url": return_url}
        return await self.api.post("/payments", Payment, body, key=key)

    async def spend(self, months: int = 12) -> list[Spend]:
        return await self.api.get("/spend", list[Spend], months=months)
