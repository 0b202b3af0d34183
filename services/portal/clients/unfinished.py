"""What the provider's staff put right: bill groups that the billing run left out, and invoices without a PDF."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page


class ParkedGroup(Answer):
    """A bill group that the billing run left out."""

    id: UUID
    workspace_id: UUID
    customer_name: str | None
    billing_on: date
    reason: str
    detail: str
    parked_at: datetime


class PreviewedGroup(Answer):
    """What the billing run would do with a bill group on its next billing date."""

    id: UUID
    workspace_id: UUID
    display_name: str
    customer_name: str
    is_own_customer: bool
    billing_on: date
    outcome: Literal["invoice", "nothing_to_pay", "left_out", "not_estimated"]
    reason: str | None
    lines: int
    currency: str
    total_minor: int | None


class PreviewedTotal(Answer):
    """What the invoices of a page come to, in one currency."""

    currency: str
    invoices: int
    total_minor: int


class RunPreview(Page[PreviewedGroup]):
    """A page of what the billing run would do up to a day."""

    until: date
    totals: list[PreviewedTotal]


class UnprintedInvoice(Answer):
    """An invoice whose PDF could not be made, or lacks characters."""

    id: UUID
    number: str
    customer_name: str | None
    issued_at: datetime
    state: Literal["failed", "printing", "ready"]
    failure: str | None
    missing: list[str]


class PrintedAgain(Answer):
    state: Literal["printing"]


@dataclass(frozen=True)
class Unfinished(Exporting):
    async def parked_groups(self, *, cursor: str = "", limit: int = 50) -> Page[ParkedGroup]:
        return await self.api.get("/billing-runs/parked", Page[ParkedGroup], cursor=cursor, limit=limit)

    async def run_preview(self, *, until: date | None, cursor: str = "") -> RunPreview:
        """Without a day: up to today."""
        return await self.api.get("/billing-runs/preview", RunPreview, until=until, cursor=cursor)

    async def retry_parked_group(self, bill_group_id: UUID) -> None:
        await self.api.post(f"/billing-runs/parked/{bill_group_id}/retry", type(None))

    async def unprinted_invoices(self, *, cursor: str = "", limit: int = 50) -> Page[UnprintedInvoice]:
        return await self.api.get("/unprinted-invoices", Page[UnprintedInvoice], cursor=cursor, limit=limit)

    async def print_again(self, invoice_id: UUID, key: str) -> PrintedAgain:
        return await self.api.post(f"/unprinted-invoices/{invoice_id}/print", PrintedAgain, key=key)
