"""What provisioning publishes: products, orders, services and how many there are."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event

ServiceKind = Literal["node", "port", "virtual_circuit", "cloud_connection", "asset", "licence", "cloud_subscription"]


class ProvisioningEvent(Event):
    publisher: ClassVar[str] = "provisioning"


class ProductPublished(ProvisioningEvent):
    """A product of the catalogue, new or changed. Filed at the provider."""

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


class OrderEvent(ProvisioningEvent):
    order_id: UUID
    """The order."""
    service_id: UUID
    """The service that the order makes."""
    product_id: UUID
    """The product that was ordered."""
    product_name: str
    """The product's name at that moment."""
    kind: ServiceKind
    """What kind of service it is."""
    plan_version_id: UUID
    """The prices that it was ordered at; they never change."""
    quantity: int
    """How many were ordered."""
    bill_group_id: UUID | None = None
    """Who pays; nothing: the workspace's default bill group."""


class OrderPlaced(OrderEvent):
    """Somebody ordered, perhaps on behalf; `actor` tells who."""  # (P11, P30)

    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"


class OrderRetried(OrderEvent):
    """The provider's staff try an order again that had failed; `actor` tells who. Filed in the order's workspace."""

    subject_type: ClassVar[str] = "order"
    subject_field: ClassVar[str] = "order_id"


class OrderProgressed(ProvisioningEvent):
    """One step of an order moved. Only for pages that are open right now."""

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
    """A service runs. Its billing starts ``billing_delay_days`` of business time after `occurred_at`."""  # (D9)

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    billing_delay_days: int
    """Days of business time until its billing starts."""
    ordered_by: UUID | None = None
    """The person who placed the order."""


class ServiceProvisioningFailed(OrderEvent):
    """A service could not be made; nothing is billed for it, and who ordered it is told."""  # (D18)

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    step: int
    """The step that failed, from 1 on."""
    reason: str
    """Why, as the driver put it."""
    ordered_by: UUID | None = None
    """The person who placed the order."""


class ServiceCountsChanged(ProvisioningEvent):
    """How many services a workspace has, absolute: Ports, virtual circuits, cloud connections."""  # (P7, P8, P9, D8)

    subject_type: ClassVar[str] = "service_counts"
    subject_field: ClassVar[str] = "workspace_id"
    ports: int
    """Ports."""
    virtual_circuits: int
    """Virtual circuits."""
    cloud_connections: int
    """Cloud connections."""
