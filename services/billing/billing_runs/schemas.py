from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.billing.invoices.checks import Reason
from shared.schemas import Read


class ParkedGroupRead(Read):
    """A bill group of any workspace that the billing run left out."""

    id: UUID
    """The bill group."""
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    billing_on: date
    """The billing date that was not billed."""
    reason: Reason
    detail: str
    """The kind of error where the reason is ``failed``, else empty."""
    parked_at: datetime
    """Business time."""


class PreviewedGroupRead(Read):
    """What the billing run would do with a bill group of any workspace on its next billing date."""

    id: UUID
    """The bill group."""
    workspace_id: UUID
    display_name: str
    """The bill group's name."""
    customer_name: str
    is_own_customer: bool
    """Whether it is a customer of the provider itself, not of a partner."""
    billing_on: date
    outcome: Literal["invoice", "nothing_to_pay", "left_out", "not_estimated"]
    """``left_out``: the invoice would not hold, so that none is issued. ``not_estimated``: there are more subscriptions
    than are added up ahead of the run."""
    reason: Reason | None
    """Why it would be left out."""
    lines: int
    currency: str
    total_minor: int | None
    """With tax. Null where there would be no invoice, or it is not estimated."""


class PreviewedTotalRead(Read):
    currency: str
    invoices: int
    total_minor: int
    """With tax."""


class RunPreviewRead(Read):
    """A page of what the billing run would do up to a day, if nothing changes until then."""

    until: date
    """The last day."""
    items: list[PreviewedGroupRead]
    """In the order of the run, each with its next billing date alone."""
    totals: list[PreviewedTotalRead]
    """Of the invoices of this page, per currency."""
    next: str | None
    """The cursor of the next page; null on the last one."""
