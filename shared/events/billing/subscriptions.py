"""Subscriptions, their clock, and the revenue that they make."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.billing.base import Amount, BillingEvent
from shared.events.money import Minor


class SubscriptionEvent(BillingEvent):
    subject_field: ClassVar[str] = "subscription_id"
    subscription_id: UUID
    """The subscription."""
    service_id: UUID
    """The service that it pays for."""
    bill_group_id: UUID
    """The bill group that pays."""


class SubscriptionStarted(SubscriptionEvent):
    """A service was ordered and priced. It is not billed before `BillingStarted`."""  # (D9)

    subject_type: ClassVar[str] = "subscription"
    plan_version_id: UUID
    """The prices that it was ordered at."""
    quantity: int
    """How many were ordered."""
    recurring_minor: Minor
    """Price of one per interval, in whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class SubscriptionMoved(SubscriptionEvent):
    """Another bill group of the customer pays for the service from its next billing date on."""

    subject_type: ClassVar[str] = "subscription"
    former_bill_group_id: UUID
    """The bill group that paid until now."""


class SubscriptionEnded(SubscriptionEvent):
    """Billing of the service ended. With ``provisioning_failed``, nothing was ever billed."""  # (D18)

    subject_type: ClassVar[str] = "subscription"
    reason: Literal["provisioning_failed", "cancelled", "deleted", "expired"]
    """Why it ended."""


class BillingStarted(SubscriptionEvent):
    """Billing of a service started at ``started_at``."""  # (P6, D9)

    subject_type: ClassVar[str] = "subscription"
    started_at: datetime
    """From when on it is billed, in business time."""


class MrrChanged(BillingEvent):
    """The monthly recurring revenue of a workspace: absolute amounts per currency, of started subscriptions."""  # (P5)

    subject_type: ClassVar[str] = "mrr"
    subject_field: ClassVar[str] = "workspace_id"
    mrr: list[Amount]
    """One amount per currency; empty where nothing bills."""
