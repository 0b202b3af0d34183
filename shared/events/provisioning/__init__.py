"""The events of provisioning: products, orders, services and their counts."""

from shared.events.provisioning.base import ProvisioningEvent, ServiceKind
from shared.events.provisioning.infrastructure import (
    HostAdded,
    HostChanged,
    HostEvent,
    HostMaintenanceEnded,
    HostMaintenanceStarted,
    SiteAdded,
    SiteChanged,
    SiteEvent,
)
from shared.events.provisioning.operations import (
    OperationCancelled,
    OperationEnded,
    OperationEvent,
    OperationProgressed,
    OperationStarted,
)
from shared.events.provisioning.orders import (
    OrderEvent,
    OrderPlaced,
    OrderProgressed,
    OrderRefused,
    OrderRequested,
    OrderRequestEvent,
    OrderRetried,
    OrderWithdrawn,
    ServiceProvisioned,
    ServiceProvisioningFailed,
)
from shared.events.provisioning.others import AttemptRefused, ExportDownloaded, ExportMade
from shared.events.provisioning.products import ProductOffered, ProductPublished, ProductWithdrawn
from shared.events.provisioning.services import ServiceCountsChanged, ServiceRenamed

__all__ = [
    "AttemptRefused",
    "ExportDownloaded",
    "ExportMade",
    "HostAdded",
    "HostChanged",
    "HostEvent",
    "HostMaintenanceEnded",
    "HostMaintenanceStarted",
    "OperationCancelled",
    "OperationEnded",
    "OperationEvent",
    "OperationProgressed",
    "OperationStarted",
    "OrderEvent",
    "OrderPlaced",
    "OrderProgressed",
    "OrderRefused",
    "OrderRequestEvent",
    "OrderRequested",
    "OrderRetried",
    "OrderWithdrawn",
    "ProductOffered",
    "ProductPublished",
    "ProductWithdrawn",
    "ProvisioningEvent",
    "ServiceCountsChanged",
    "ServiceKind",
    "ServiceProvisioned",
    "ServiceProvisioningFailed",
    "ServiceRenamed",
    "SiteAdded",
    "SiteChanged",
    "SiteEvent",
]
