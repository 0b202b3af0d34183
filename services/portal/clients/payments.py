"""The part of billing that is about paying. Amounts are whole minor units (D20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page

MethodKind = Literal["card", "sepa_debit", "ach_debit"]


class Attempt(Answer):
    """An attempt to pay an invoice."""

    id: UUID
    state: str
    amount_minor: int
    asked_minor: int
    """Of this invoice; the payment may be for others, too."""
    paid_minor: int
    refunded_minor: int
    currency: str
    method: str | None
    automatic: bool
    dispute: str | None
    failure_reason: str | None
    begun_by_address: str | None
    begun_via: str
    begun_at: datetime


class Payment(Answer):
    id: UUID
    state: str
    pay_url: str | None


class PaymentMethod(Answer):
    """A card or account that is saved at the payment provider."""

    id: UUID
    bill_group_id: UUID
    kind: str
    state: str
    label: str
    brand: str
    last_four: str
    expires_on: date | None
    is_default: bool


class MethodBegun(Answer):
    id: UUID
    setup_url: str


class CreditEntry(Answer):
    kind: str
    minor: int
    at: datetime


class Refund(Answer):
    state: str
    amount_minor: int
    requested_at: datetime


class Credit(Answer):
    """The credit of a customer's bill group, for the provider's staff."""

    bill_group_id: UUID
    display_name: str
    currency: str
    credit_minor: int
    entries: list[CreditEntry]
    refunds: list[Refund]


@dataclass(frozen=True)
class Paying(Exporting):
    async def pay(
        self, invoice_ids: Sequence[UUID], return_url: str, key: str, amount_minor: int | None = None
    ) -> Payment:
        """Begin to pay all that these invoices owe, or ``amount_minor`` of the only one."""
        shares = [{"invoice_id": str(invoice_id), "amount_minor": amount_minor} for invoice_id in invoice_ids]
        return await self.api.post("/payments", Payment, {"invoices": shares, "return_url": return_url}, key=key)

    async def payment_methods(self, bill_group_id: UUID) -> list[PaymentMethod]:
        return await self.api.get("/payment-methods", list[PaymentMethod], bill_group_id=bill_group_id)

    async def begin_method(
        self, bill_group_id: UUID, kind: MethodKind, label: str, return_url: str, key: str
    ) -> MethodBegun:
        body = {"bill_group_id": str(bill_group_id), "kind": kind, "label": label, "return_url": return_url}
        return await self.api.post("/payment-methods", MethodBegun, body, key=key)

    async def choose_default(self, method_id: UUID) -> None:
        await self.api.put(f"/payment-methods/{method_id}/default", PaymentMethod, None)

    async def remove_method(self, method_id: UUID) -> None:
        await self.api.delete(f"/payment-methods/{method_id}")

    async def set_auto_pay(self, bill_group_id: UUID, *, on: bool) -> None:
        await self.api.put(f"/payment-methods/auto-pay/{bill_group_id}", type(None), {"on": on})

    async def credit_of(self, customer_id: UUID, bill_group_id: UUID) -> Credit:
        return await self.api.get(f"/customers/{customer_id}/bill-groups/{bill_group_id}/credit", Credit)

    async def refund_credit(self, customer_id: UUID, bill_group_id: UUID, amount_minor: int, key: str) -> None:
        path = f"/customers/{customer_id}/bill-groups/{bill_group_id}/credit-refunds"
        await self.api.post(path, list[Refund], {"amount_minor": amount_minor}, key=key)

    async def attempts(self, invoice_id: UUID, limit: int = 20) -> Page[Attempt]:
        """The attempts to pay an invoice, the newest first."""
        return await self.api.get("/payments", Page[Attempt], invoice_id=invoice_id, limit=limit)
