from datetime import date, datetime
from uuid import UUID

from shared.schemas import Read


class OwedRead(Read):
    currency: str
    amount_minor: int


class FailingCustomerRead(Read):
    """A customer with what it owes of invoices that are overdue, or whose payment failed."""

    workspace_id: UUID
    slug: str
    display_name: str
    account_number: str
    amounts: list[OwedRead]
    """One per currency."""  # (D20)
    invoices: int
    due_on: date
    """When the first of them is or was due."""
    days_overdue: int
    """Since then; zero if a payment failed of what is not due yet."""
    payment_failed_at: datetime | None
    """When the newest payment failed or was taken back; null: none did."""


class FailingPaymentsRead(Read):
    """The customers directly below the caller's workspace with overdue invoices or failed payments."""

    customers: int
    """How many there are. Of more than 1,000 such invoices, the 1,000 that are due longest, and the 1,000 whose payment
    failed last, are counted and added up."""
    is_all: bool
    """Whether that is all."""
    totals: list[OwedRead]
    """One per currency."""  # (D20)
    items: list[FailingCustomerRead]
    """Those that are overdue longest."""
