import json
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.billing.amounts import Billed
from services.billing.money import Currency
from shared.schemas import Body, Name, Read

Price = Annotated[int, Field(ge=0, le=1_000_000_000_000)]


Value = bool | int | float | Annotated[str, Field(max_length=200)]
LARGEST_TERMS = 4000


def _small(terms: dict[str, list[Value]]) -> dict[str, list[Value]]:
    if len(json.dumps(terms)) > LARGEST_TERMS:
        limit = {"max_length": LARGEST_TERMS}
        raise PydanticCustomError("too_long", "must be at most {max_length} characters of JSON", limit)
    return terms


AtTermEnd = Literal["renew", "continue", "end"]
MOST_MONTHS = 60
Terms = Annotated[
    dict[str, Annotated[list[Value], Field(min_length=1, max_length=100)]],
    Field(max_length=20),
    AfterValidator(_small),
]


FIELD = "[A-Za-z0-9_.-]{1,64}"
"""A name of a field that can be charged for."""
FieldName = Annotated[str, Field(pattern=f"^{FIELD}$")]
# With the largest number that provisioning lets be ordered, a price fits a whole number of 64 bits.
FieldPrices = Annotated[dict[FieldName, Annotated[int, Field(ge=1, le=100_000_000)]], Field(max_length=5)]


class PlanCreate(Body):
    product_id: UUID
    display_name: Name
    currency: Currency
    recurring_minor: Price
    one_off_minor: Price = 0
    field_prices: FieldPrices = Field(default_factory=dict)
    """What is charged per interval besides ``recurring_minor``, for each unit of a whole number in the configuration,
    by the field's name: ``{"cpu": 500}`` adds 5.00 for each of ``cpu``. A field that is not filled in counts as 0."""
    interval_months: Annotated[int, Field(ge=1, le=120)] = 1
    billed: Billed = "in_advance"
    """When a period is billed: ``in_advance`` on the billing date on which it begins, ``in_arrears`` on the one on
    which it ends. What is paid once is billed on the first billing date from the start on."""
    term_months: Annotated[int, Field(ge=0, le=MOST_MONTHS)] = 0
    """The minimum term, from the start of billing on; 0: it runs until it is cancelled."""
    at_term_end: AtTermEnd = "renew"
    """What happens at the end of the term: ``renew`` for another one, ``continue`` without one, or ``end``."""
    may_pause: bool = False
    """Whether a service may be paused: its days are not billed meanwhile."""
    terms: Terms = Field(default_factory=dict)
    """For which configurations of the product the plan is: the values that fields may have, by the field's name. A
    yearly plan may be for ``{"term_months": [12, 24]}``. Fields that are not named may have any value. Orders that do
    not fit are refused."""


class PlanVersionRead(Read):
    """Prices of a plan. They never change: new prices are a new version."""

    id: UUID
    version: int
    currency: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int]
    interval_months: int
    billed: Billed
    term_months: int
    at_term_end: AtTermEnd
    may_pause: bool
    terms: dict[str, list[bool | int | float | str]]
    published_at: datetime


class PlanHistoryRead(Read):
    """A plan with its newest prices and those before, newest first, at most 50."""

    id: UUID
    product_id: UUID
    display_name: str
    is_offered: bool
    withdrawn_at: datetime | None
    subscriptions: int
    """How many subscriptions of all customers are at any of its prices, at most 1,000."""
    versions: list[PlanVersionRead]


class PlanOfferRead(Read):
    """Whether orders can choose a plan."""

    id: UUID
    is_offered: bool


class PlanRead(Read):
    """A plan at its newest prices. Orders reference ``plan_version_id``."""

    id: UUID
    plan_version_id: UUID
    version: int
    product_id: UUID
    display_name: str
    currency: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int]
    """What is charged per interval besides, for each unit of a whole number in the configuration, by the field."""
    interval_months: int
    billed: Billed
    """When a period is billed: ``in_advance`` on the billing date on which it begins, ``in_arrears`` on the one on
    which it ends."""
    term_months: int
    """The minimum term; 0: it runs until it is cancelled."""
    at_term_end: AtTermEnd
    """What happens at the end of the term: ``renew`` for another one, ``continue`` without one, or ``end``."""
    may_pause: bool
    """Whether a service may be paused: its days are not billed meanwhile."""
    terms: dict[str, list[bool | int | float | str]]
    """For which configurations the plan is: the values that fields may have. Empty: for all."""
