from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.billing.amounts import Billed
from services.billing.plans.schemas import MOST_MONTHS, AtTermEnd
from shared.lists import ListQuery
from shared.schemas import Body, Read


class SubscriptionStatus(StrEnum):
    """``pending`` until billing starts; while it is ``paused``, no days are billed."""

    pending = "pending"
    active = "active"
    paused = "paused"
    ended = "ended"


class SubscriptionsQuery(ListQuery):
    bill_group_id: UUID | None = None
    """Only those that this bill group pays."""
    service_id: UUID | None = None
    """Only the one of this service."""
    status: SubscriptionStatus | None = None


class PricedRead(Read):
    """A whole number of a configuration that is charged for."""

    number: int
    minor: int
    """The price of one per interval, without tax, in whole minor units."""


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
    """Of a single piece per interval, without tax, in whole minor units, with what ``priced`` says."""
    priced: dict[str, PricedRead]
    """The whole numbers of its configuration that are charged for, by field."""
    recurring_total_minor: int
    """For the whole quantity per interval of ``interval_months``, without tax, in whole minor units. What an invoice
    has for a whole interval; a part of one is billed by its days."""
    one_off_minor: int
    """Per unit, billed once with the first invoice, without tax."""
    interval_months: int
    billed: Billed
    """When a period is billed: ``in_advance`` on the billing date on which it begins, ``in_arrears`` on the one on
    which it ends."""
    status: str
    clock: str
    billing_starts_at: datetime | None
    billing_started_at: datetime | None
    unbilled_from: date | None
    term_months: int
    """The minimum term; 0: it runs until it is cancelled."""
    term_ends_on: date | None
    """The day after the last one of its minimum term. Null: it has none (any more), or billing has not started."""
    at_term_end: AtTermEnd
    """What happens at the end of the term: ``renew`` for another one, ``continue`` without one, or ``end``."""
    ends_on: date | None
    """Cancelled for this day: the first one that is not billed. Null: it goes on."""
    part_of: UUID | None
    """The service that its service is part of: it is moved with it, and ends with it at the latest. Null: none."""
    paused: bool
    """Whether it is paused by its contract."""
    may_pause: bool
    """Whether its plan lets it be paused."""
    may_renew: bool
    """Whether it has a minimum term, goes on, and is billed: it can be renewed and extended."""
    ordered_at: datetime


class Renewal(Body):
    term_ends_on: date | None
    """Until when the minimum term was, as it was shown. If it is another one meanwhile, nothing is renewed."""


class Extension(Renewal):
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS)]
    """By how many months the minimum term ends later: a multiple of the plan's term."""


class TermEnd(Body):
    at_term_end: Literal["renew", "end"]
    """``renew``: another term begins by itself; ``end``: the subscription ends with its term."""


class TermRead(Read):
    """The minimum term of a subscription."""

    id: UUID
    term_months: int
    term_ends_on: date | None
    at_term_end: AtTermEnd
