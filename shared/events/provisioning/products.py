"""Products of the catalogue."""

from typing import ClassVar
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent, ServiceKind


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
