"""Orders, from the first wish to the service that is provisioned."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.provisioning.base import ProvisioningEvent, ServiceKind


class OrderEvent(ProvisioningEvent):
    order_id: UUID
    """The order."""
    service_id: UUID
    """The service that is provisioned for the order."""
    product_id: UUID
    """The product that was ordered."""
    product_name: str
    """The product's name at that moment."""
    kind: ServiceKind
    """The kind of service."""
    plan_version_id: UUID
    """The plan version that it was ordered at, which is immutable."""
    quantity: int
    """The ordered quantity."""
    bill_group_id: UUID | None = None
    """The bill group that pays. Null means the workspace's default bill group."""
    display_name: str | None = None
    """The service's name at that moment, which people give it. Null in events that are older than this field."""
    numbers: dict[str, int] | None = None
    """The whole numbers of the configuration, by field, which a plan may charge for. Null in events that are older than
    this field."""
    part_of: UUID | None = None
    """The service that it is part of, whose bill group pays for it as well. Null: it stands alone."""


class OrderPlaced(OrderEvent):
    """A service was ordered, possibly on behalf. `actor` is who ordered, or who approved what somebody else had asked
    for. Notifies whoever asked."""  # (P11, P30, D2)

    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"
    asked_by: UUID | None = None
    """The person who had asked for the order, which `actor` approved. Null if it needed no approval."""
    ordered_by: UUID | None = None
    """The person who had placed it or asked for it, where the provider had to confirm it: `actor` did. Null if that was
    not needed."""
    quote_id: UUID | None = None
    """The accepted quote that it was ordered from. Null: it was ordered at a price of the catalogue."""


class QuoteOrderRefused(ProvisioningEvent):
    """An accepted quote cannot be ordered at the moment, and nothing of it is. Notifies the provider's staff, who can
    have it tried again."""

    subject_type: ClassVar[str] = "quote"
    subject_field: ClassVar[str] = "quote_id"
    quote_id: UUID
    """The quote."""
    number: str
    """Its number, for people."""
    display_name: str
    """The line that is not possible, by the name of its service."""
    problem: str
    """The problem that refuses it, by the last part of its type."""


class OrderRequestEvent(ProvisioningEvent):
    """The members of events about an order that is not placed."""

    subject_field: ClassVar[str] = "order_id"
    order_id: UUID
    """The order."""
    product_id: UUID
    """The product that was asked for."""
    product_name: str
    """The product's name at that moment."""
    kind: ServiceKind
    """The kind of service."""
    plan_version_id: UUID
    """The plan version whose price was shown."""
    quantity: int
    """The quantity that was asked for."""
    bill_group_id: UUID
    """The bill group that would pay."""
    display_name: str
    """The name of the service, or that a new one would have."""
    asked_by: UUID
    """The person who asked for it, or who placed it where no approval was needed."""
    order_kind: Literal["new", "change", "cancel", "renew"] = "new"
    """What was asked for: a new service, or to change, to cancel or to renew one that there is."""
    service_id: UUID | None = None
    """The service that shall be changed, cancelled or renewed. Null for a new one."""
    part_of: UUID | None = None
    """The service that a new one would be part of. Null: it would stand alone."""


class OrderRequested(OrderRequestEvent):
    """A person whose role has to ask wants to order, change, cancel or renew a service. Notifies those who may
    approve."""  # (D2)

    subject_type: ClassVar[str] = "order"


class OrderRefused(OrderRequestEvent):
    """An order that somebody had asked for was not approved. Notifies whoever asked."""

    subject_type: ClassVar[str] = "order"
    reason: str
    """Why, in the words of who refused it."""


class OrderWithdrawn(OrderRequestEvent):
    """An order that waited for an approval or for the provider was taken back by its customer."""

    subject_type: ClassVar[str] = "order"


class OrderSubmitted(OrderRequestEvent):
    """A service was ordered, possibly on behalf, of a product whose orders the provider confirms first. `actor` is who
    ordered, or who approved what `asked_by` had asked for. Notifies the provider's staff."""

    subject_type: ClassVar[str] = "order"


class OrderReturned(OrderRequestEvent):
    """The provider does not provision an order that waited for it. `actor` is who of the staff returned it. Notifies
    whoever ordered."""

    subject_type: ClassVar[str] = "order"
    reason: str
    """Why, in the words of who returned it."""


class RenewalOrdered(OrderEvent):
    """The minimum term of a service's subscription shall end later. `actor` is who ordered that, or who approved what
    `asked_by` had asked for. Billing does it once, or answers why not. Notifies whoever asked."""  # (K2, D2)

    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"
    months: int | None
    """By how many months. Null: by one more term."""
    term_ends_on: date | None
    """When the term ended as it was shown to `actor`: the day after its last one. Null: it had none any more."""
    ordered_by: UUID
    """The person who ordered or asked for it."""
    asked_by: UUID | None = None
    """The person who had asked for it, which `actor` approved. Null if it needed no approval."""


class OrderRetried(OrderEvent):
    """The provider's staff retried a failed order. `actor` is who did. Belongs to the order's workspace."""

    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"


class OrderProgressed(ProvisioningEvent):
    """A step of an order changed. Transient, for open pages."""

    transient: ClassVar[bool] = True
    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"
    order_id: UUID
    """The order."""
    state: str
    """Where the order stands."""
    step: int
    """The step that it is at, from 1 on."""
    steps: int
    """How many steps there are."""


class ServiceProvisioned(OrderEvent):
    """A service was provisioned. Billing starts ``billing_delay_days`` of business time after `occurred_at`."""  # (D9)

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    billing_delay_days: int
    """Days of business time until its billing starts."""
    ordered_by: UUID | None = None
    """The person who placed the order."""


class ServiceProvisioningFailed(OrderEvent):
    """A service could not be provisioned. Nothing is billed, and the person who ordered is notified."""  # (D18)

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    step: int
    """The step that failed, from 1 on."""
    reason: str
    """Why, in English, as the driver put it."""
    reason_code: str | None = None
    """Names the reason, for words in other languages. Null if `reason` is all that is known."""
    reason_values: dict[str, int | str] = Field(default_factory=dict)
    """What the words of `reason_code` need, by name, such as the step."""
    ordered_by: UUID | None = None
    """The person who placed the order."""
