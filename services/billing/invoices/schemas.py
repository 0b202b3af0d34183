from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import PlainSerializer

from shared.schemas import Read


class StatusFilter(StrEnum):
    """``overdue`` finds the open invoices whose due date has passed."""

    open = "open"
    paid = "paid"
    overdue = "overdue"


class InvoiceRead(Read):
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


class InvoiceLineRead(Read):
    position: int
    kind: str
    description: str
    service_id: UUID
    period_from: date
    period_to: date
    quantity: int
    unit_minor: int
    net_minor: int
    tax_percent: Annotated[Decimal, PlainSerializer(str)]
    tax_minor: int


class InvoiceDetailRead(InvoiceRead):
    net_minor: int
    tax_minor: int
    seller: dict[str, Any]
    buyer: dict[str, Any]
    lines: list[InvoiceLineRead]
