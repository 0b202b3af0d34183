"""Subscriptions, their clock, and the revenue that they make."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.billing.base import Amount, BillingEvent
from shared.events.money import Minor

AtTermEnd = Literal["renew", "continue", "end"]


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
    reason: Literal["provisioning_failed", "cancelled", "expired", "deleted"]
    """Why it ended: cancelled for the end of its period, at the end of its term, or with its service."""
    display_name: str | None = None
    """What people call the service. Null in events that are older than this field."""


class SubscriptionChanged(SubscriptionEvent):
    """A subscription has other prices from a day on. What was paid for later days at the former ones is given back on
    the next invoice."""

    subject_type: ClassVar[str] = "subscription"
    plan_version_id: UUID
    """The prices from then on."""
    quantity: int
    """How many there are from then on."""
    recurring_minor: Minor
    """Price of one per interval, in whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    changed_on: date
    """The first day at these prices."""
    credit_minor: Minor
    """What is given back for unused days, without tax, in whole minor units."""
    term_ends_on: date | None = None
    """The day after the last one of its minimum term. Null: it has none, or the event is older than this field."""
    at_term_end: AtTermEnd | None = None
    """What happens then: another term, no term any more, or it ends. Null in events that are older than this field."""


class SubscriptionEnding(SubscriptionEvent):
    """A subscription was cancelled for the end of its billing period, or of its minimum term."""

    subject_type: ClassVar[str] = "subscription"
    ends_on: date
    """The first day that is not billed."""


class SubscriptionContinued(SubscriptionEvent):
    """A subscription that was cancelled goes on."""

    subject_type: ClassVar[str] = "subscription"


class SubscriptionPaused(SubscriptionEvent):
    """A subscription is paused: its days are not billed until `SubscriptionResumed`."""

    subject_type: ClassVar[str] = "subscription"
    paused_on: date
    """The first day that is not billed."""


class SubscriptionResumed(SubscriptionEvent):
    """A subscription that was paused is billed again."""

    subject_type: ClassVar[str] = "subscription"
    resumed_on: date
    """The first day that is billed again."""


class SubscriptionRenewed(SubscriptionEvent):
    """The minimum term of a subscription ends later: by the person who is the actor or, at the end of a term, by
    itself."""

    subject_type: ClassVar[str] = "subscription"
    term_ends_on: date
    """The day after the term's last one."""
    by_itself: bool = False
    """Whether nobody asked for it: the subscription renews by itself."""
    order_id: UUID | None = None
    """The order that asked for it. Null: it was renewed here, or by itself."""
    display_name: str | None = None
    """What people call the service. Null in events that are older than this field."""
    at_term_end: AtTermEnd | None = None
    """What happens then: another term, no term any more, or it ends. Null in events that are older than this field."""


class SubscriptionRenewalRefused(SubscriptionEvent):
    """A renewal that was ordered is not possible: the term ends when it did. Notifies whoever ordered or asked for
    it."""  # (D2)

    subject_type: ClassVar[str] = "subscription"
    order_id: UUID
    """The order."""
    ordered_by: UUID
    """The person who ordered or asked for it."""
    reason: Literal["not_renewable", "too_long", "not_a_multiple", "term_changed"]
    """Why: it has no term, has not started or ends; the term would end more than 60 months from now; the months are no
    whole terms; or its term or its plan is another one than was shown."""
    display_name: str
    """What people call the service."""


class SubscriptionRenewalChanged(SubscriptionEvent):
    """Somebody chose whether another term begins by itself at the end of the minimum term."""

    subject_type: ClassVar[str] = "subscription"
    renews: bool
    """Whether it does. Otherwise the subscription ends then."""


class SubscriptionExpiring(SubscriptionEvent):
    """The minimum term of a subscription ends in 60, 30 or 7 days."""

    subject_type: ClassVar[str] = "subscription"
    term_ends_on: date
    """The day after the term's last one."""
    days_left: Literal[60, 30, 7]
    """The notice. Where several were due at once, only the newest is sent."""
    at_term_end: AtTermEnd
    """What happens then: another term, no term any more, or it ends."""
    display_name: str | None = None
    """What people call the service. Null in events that are older than this field."""


class BillingStarted(SubscriptionEvent):
    """Billing of a service started at ``started_at``."""  # (P6, D9)

    subject_type: ClassVar[str] = "subscription"
    started_at: datetime
    """From when on it is billed, in business time."""
    term_ends_on: date | None = None
    """The day after the last one of its minimum term. Null: it has none, or the event is older than this field."""
    at_term_end: AtTermEnd | None = None
    """What happens then: another term, no term any more, or it ends. Null in events that are older than this field."""


class MrrChanged(BillingEvent):
    """The monthly recurring revenue of a workspace: absolute amounts per currency, of started subscriptions."""  # (P5)

    subject_type: ClassVar[str] = "mrr"
    subject_field: ClassVar[str] = "workspace_id"
    mrr: list[Amount]
    """One amount per currency; empty where nothing bills."""
    movement: Literal["new", "expansion", "contraction", "churn", "paused", "resumed"] | None = None
    """What changed it. Null in events that are older than this."""
    moved: Amount | None = None
    """By how much, below zero where it became less."""
