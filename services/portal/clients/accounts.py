"""Billing as a customer's seller uses it: the customer's bill groups, subscriptions and invoices."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.portal.clients.billing import BillGroup, Billing, Invoice, NextInvoice, Subscription
from services.portal.clients.documents import KeepingDocuments
from services.portal.clients.http import Answer, CountedPage
from services.portal.clients.payments import PaymentMethod


class CustomerGroup(BillGroup):
    """A bill group of a customer, as its seller sees it."""

    anchor_on: date | None
    """The day when billing first started."""
    portal_on: bool
    has_contract: bool
    owes: bool
    locations_see_invoices: bool = False

    @property
    def can_close(self) -> bool:
        return not (self.is_closed or self.is_default or self.has_contract or self.owes)


class GroupMade(Answer):
    id: UUID


@dataclass(frozen=True)
class SellersBilling(Billing, KeepingDocuments):
    async def customer_groups(self, customer_id: UUID) -> list[CustomerGroup]:
        return await self.api.get(f"/customers/{customer_id}/bill-groups", list[CustomerGroup])

    async def customer_group(self, customer_id: UUID, bill_group_id: UUID) -> CustomerGroup:
        return await self.api.get(f"/customers/{customer_id}/bill-groups/{bill_group_id}", CustomerGroup)

    async def customer_next_invoice(self, customer_id: UUID, bill_group_id: UUID) -> NextInvoice:
        path = f"/customers/{customer_id}/bill-groups/{bill_group_id}/next-invoice"
        return await self.api.get(path, NextInvoice)

    async def create_group(
        self, customer_id: UUID, *, display_name: str, currency: str, terms_days: int | None, key: str
    ) -> GroupMade:
        body = {"display_name": display_name, "currency": currency, "terms_days": terms_days}
        return await self.api.post(f"/customers/{customer_id}/bill-groups", GroupMade, body, key=key)

    async def change_group(
        self, customer_id: UUID, bill_group_id: UUID, *, display_name: str | None = None,
        terms_days: int | None = None, is_default: bool = False, is_closed: bool | None = None,
        portal_on: bool | None = None, paying_on: bool | None = None,
        locations_see_invoices: bool | None = None,
    ) -> None:  # fmt: skip
        """What is None stays as it is."""
        wanted: dict[str, Any] = {
            "display_name": display_name, "terms_days": terms_days, "is_default": is_default or None,
            "is_closed": is_closed, "portal_on": portal_on, "paying_on": paying_on,
            "locations_see_invoices": locations_see_invoices,
        }  # fmt: skip
        body = {name: value for name, value in wanted.items() if value is not None}
        await self.api.patch(f"/customers/{customer_id}/bill-groups/{bill_group_id}", GroupMade, body)

    async def customer_subscriptions(
        self, customer_id: UUID, bill_group_id: UUID, *, cursor: str = "", limit: int = 20
    ) -> CountedPage[Subscription]:
        query = {"bill_group_id": bill_group_id, "cursor": cursor, "limit": limit}
        return await self.api.get(f"/customers/{customer_id}/subscriptions", CountedPage[Subscription], **query)

    async def customer_invoices(
        self, customer_id: UUID, bill_group_id: UUID, *, cursor: str = "", limit: int = 20
    ) -> CountedPage[Invoice]:
        query = {"bill_group_id": bill_group_id, "cursor": cursor, "limit": limit}
        return await self.api.get(f"/customers/{customer_id}/invoices", CountedPage[Invoice], **query)

    async def customer_methods(self, customer_id: UUID, bill_group_id: UUID) -> list[PaymentMethod]:
        path = f"/customers/{customer_id}/payment-methods"
        return await self.api.get(path, list[PaymentMethod], bill_group_id=bill_group_id)

    async def move_subscription(self, customer_id: UUID, subscription_id: UUID, bill_group_id: UUID, key: str) -> None:
        path = f"/customers/{customer_id}/subscriptions/{subscription_id}/move"
        await self.api.post(path, GroupMade, {"bill_group_id": str(bill_group_id)}, key=key)
