"""The events of provisioning: products, orders, services and their counts."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.attempts import AttemptEvent
from shared.events.base import Event
from shared.events.exports import ExportEvent

ServiceKind = Literal["node", "port", "virtual_circuit", "cloud_connection", "asset", "licence", "cloud_subscription"]


class ProvisioningEvent(Event):
    publisher: ClassVar[str] = "provisioning"


class ProductPublished(ProvisioningEvent):
    """A product was published or changed. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "product"
    subject_field: ClassVar[str] = "product_id"
    product_id: UUID
    """The product of the catalogue."""
    key: str
    """Its short name, which never changes."""
    display_name: str
    """Its name for people."""
    kind: ServiceKind
    """What kind of service it makes."""
    billing_delay_days: int
    """Days of business time between making a service and its billing."""


class ProductWithdrawn(ProvisioningEvent):
    """A product cannot be ordered any more. Services and orders that exist go on. Belongs to the provider's
    workspace."""

    subject_type: ClassVar[str] = "product"
    subject_field: ClassVar[str] = "product_id"
    product_id: UUID
    """The product of the catalogue."""
    key: str
    """Its short name, which never changes."""
    display_name: str
    """Its name for people."""


class ProductOffered(ProvisioningEvent):
    """A product that was withdrawn can be ordered again. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "product"
    subject_field: ClassVar[str] = "product_id"
    product_id: UUID
    """The product of the catalogue."""
    key: str
    """Its short name, which never changes."""
    display_name: str
    """Its name for people."""


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


class OrderPlaced(OrderEvent):
    """A service was ordered, possibly on behalf. `actor` is who ordered."""  # (P11, P30)

    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"


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


class ServiceRenamed(ProvisioningEvent):
    """A service was given another name. Pages, and invoices from now on, show the new one."""

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    service_id: UUID
    """The service."""
    bill_group_id: UUID | None = None
    """The bill group that pays. Null means the workspace's default bill group."""
    display_name: str
    """Its name from now on."""
    previous_display_name: str
    """Its name until now."""


class ServiceCountsChanged(ProvisioningEvent):
    """The counts of a workspace's active services, as absolute numbers."""  # (P7, P8, P9, D8)

    subject_type: ClassVar[str] = "service_counts"
    subject_field: ClassVar[str] = "workspace_id"
    ports: int
    """Ports."""
    virtual_circuits: int
    """Virtual circuits."""
    cloud_connections: int
    """Cloud connections."""


class ExportMade(ExportEvent):
    """A list was exported to a file, for the person who is the actor."""

    publisher: ClassVar[str] = "provisioning"
    subject_type: ClassVar[str] = "export"


class ExportDownloaded(ExportEvent):
    """The file of an export was downloaded by the person who had asked for it."""

    publisher: ClassVar[str] = "provisioning"
    subject_type: ClassVar[str] = "export"


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "provisioning"
    subject_type: ClassVar[str] = "user"
