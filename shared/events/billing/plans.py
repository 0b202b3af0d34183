"""Prices."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.billing.base import BillingEvent
from shared.events.money import Minor


class PlanPublished(BillingEvent):
    """An immutable version of a plan's prices. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "plan"
    subject_field: ClassVar[str] = "plan_id"
    plan_id: UUID
    """The plan, over all its versions."""
    plan_version_id: UUID
    """These prices."""
    product_id: UUID
    """The product that they are for."""
    display_name: str
    """The plan's name for people."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    recurring_minor: Minor
    """Price per interval, in whole minor units."""
    one_off_minor: Minor
    """Price once at the start, in whole minor units."""
    field_prices: dict[str, Minor] = Field(default_factory=dict)
    """Price per interval for each unit of a whole number in the configuration, by the field, in whole minor units."""
    interval_months: int
    """Months per interval."""
    billed: Literal["in_advance", "in_arrears"] = "in_advance"
    """When a period is billed: on the billing date on which it begins, or on the one on which it ends."""
    term_months: int = 0
    """The minimum term in months; 0: it runs until it is cancelled."""
    at_term_end: Literal["renew", "continue", "end"] = "renew"
    """What happens at the end of the term: another one, none any more, or the subscription ends."""
    may_pause: bool = False
    """Whether subscriptions may be paused, and their days are not billed meanwhile."""
    terms: dict[str, tuple[bool | int | float | str, ...]] = Field(default_factory=dict)
    """The values that fields of the product's configuration may have with this plan; all others may have any."""
    offered_to: UUID | None = None
    """The customer that it is for alone: only what was quoted to it can be ordered at these prices. Null: for all."""


class PlanWithdrawn(BillingEvent):
    """Orders cannot choose a plan any more. Subscriptions at its prices go on. Belongs to the provider's
    workspace. Its version counts withdrawals and returns, not prices."""

    subject_type: ClassVar[str] = "plan"
    subject_field: ClassVar[str] = "plan_id"
    plan_id: UUID
    """The plan, over all its versions."""
    product_id: UUID
    """The product that it is for."""
    display_name: str
    """The plan's name for people."""


class PlanOffered(BillingEvent):
    """Orders can choose a plan again that was withdrawn. Belongs to the provider's workspace. Its version counts
    withdrawals and returns, not prices."""

    subject_type: ClassVar[str] = "plan"
    subject_field: ClassVar[str] = "plan_id"
    plan_id: UUID
    """The plan, over all its versions."""
    product_id: UUID
    """The product that it is for."""
    display_name: str
    """The plan's name for people."""
