from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, PlainSerializer

from shared.lists import TableQuery
from shared.schemas import Read


class StatusFilter(StrEnum):
    """``open`` finds what is owed, wholly or in part; ``overdue`` that of it whose due date has passed."""

    open = "open"
    partially_paid = "partially_paid"
    paid = "paid"
    overdue = "overdue"


InvoiceSort = Literal["issued_on", "due_on", "total"]


class InvoicesQuery(TableQuery):
    bill_group_id: UUID | None = None
    status: StatusFilter | None = None
    issued_from: date | None = Field(None, alias="from")
    """The first day of issue."""
    issued_to: date | None = Field(None, alias="to")
    """The last day of issue."""
    sort: InvoiceSort | None = None
    """By default the day of issue; of overdue invoices the due date."""

    @property
    def sorted_by(self) -> InvoiceSort:
        return self.sort or ("due_on" if self.status == StatusFilter.overdue else "issued_on")


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
    """What people called the service at issue."""
    product_name: str
    """What it is, if they called it otherwise; else empty."""
    service_id: UUID
    period_from: date
    period_to: date
    """The last day."""
    interval_months: int | None
    """What ``unit_minor`` is for. Null for what is paid once, and in invoices that are older than this field."""
    days: int | None
    """The days that are paid for. Null like ``interval_months``."""
    whole_days: int | None
    """The days that ``unit_minor`` is for. More than ``days`` if only a part of the interval is paid for."""
    quantity: int
    unit_minor: int
    net_minor: int
    tax_percent: Annotated[Decimal, PlainSerializer(str)]
    tax_minor: int


class PartyRead(Read):
    """The seller or the buyer, as they were at issue."""

    name: str
    postal_lines: tuple[str, ...] = ()
    """The postal address, line by line."""
    vat_number: str = ""
    registration_number: str = ""


class SellerRead(PartyRead):
    bank_account: str = ""
    """Where to transfer the money."""
    pay_at: str = ""
    """Where the invoice is paid online."""


class BuyerRead(PartyRead):
    account_number: str = ""
    attention: str = ""
    """The billing contact's name."""
    po_number: str = ""
    locale: str | None = None
    """The language of the document."""


class InvoiceDetailRead(InvoiceRead):
    net_minor: int
    tax_minor: int
    seller: SellerRead
    buyer: BuyerRead
    lines: list[InvoiceLineRead]
