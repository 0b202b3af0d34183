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
    key: str
    display_name: str
    kind: ServiceKind
    billing_delay_days: int


class OrderEvent(ProvisioningEvent):
    order_id: UUID
    service_id: UUID
    product_id: UUID
    product_name: str
    kind: ServiceKind
    plan_version_id: UUID
    quantity: int
    bill_group_id: UUID | None = None
    """None: the workspace's default bill group."""


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
    state: str
    step: int
    steps: int


class ServiceProvisioned(OrderEvent):
    """A service runs. Its billing starts ``billing_delay_days`` of business time after `occurred_at`."""  # (D9)

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    billing_delay_days: int
    ordered_by: UUID | None = None
    """The person who placed the order."""


class ServiceProvisioningFailed(OrderEvent):
    """A service could not be made; nothing is billed for it, and who ordered it is told."""  # (D18)

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    step: int
    reason: str
    ordered_by: UUID | None = None


class ServiceCountsChanged(ProvisioningEvent):
    """How many services a workspace has, absolute: Ports, virtual circuits, cloud connections."""  # (P7, P8, P9, D8)

    subject_type: ClassVar[str] = "service_counts"
    subject_field: ClassVar[str] = "workspace_id"
    ports: int
    virtual_circuits: int
    cloud_connections: int
