from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.lists import ListQuery
from shared.schemas import Read


class SubscriptionStatus(StrEnum):
    """``pending`` until billing starts."""

    pending = "pending"
    active = "active"
    ended = "ended"


class SubscriptionsQuery(ListQuery):
    bill_group_id: UUID | None = None
    """Only those that this bill group pays."""
    service_id: UUID | None = None
    """Only the one of this service."""
    status: SubscriptionStatus | None = None


class SubscriptionRead(Read):
    id: UUID
    bill_group_id: UUID
    service_id: UUID
    service_kind: str
    description: str
    """What people call the service."""
    product_name: str
    """What it is. Empty if it was ordered while only the description said so."""
    quantity: int
    currency: str
    recurring_minor: int
    """Per unit and interval, without tax, in whole minor units."""
    recurring_total_minor: int
    """For the whole quantity per interval of ``interval_months``, without tax, in whole minor units. What an invoice
    has for a whole interval; a part of one is billed by its days."""
    one_off_minor: int
    """Per unit, billed once with the first interval, without tax."""
    interval_months: int
    status: str
    clock: str
    billing_starts_at: datetime | None
    billing_started_at: datetime | None
    unbilled_from: date | None
    ordered_at: datetime
