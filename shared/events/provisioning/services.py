"""Services: what changes about them, and how many there are."""

from typing import ClassVar
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent


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
