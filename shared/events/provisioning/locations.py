"""Locations: where a customer's services are deployed."""

from typing import ClassVar
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent


class LocationEvent(ProvisioningEvent):
    """How a location stands as a whole."""

    subject_field: ClassVar[str] = "location_id"
    location_id: UUID
    """The location."""
    bill_group_id: UUID
    """The bill group that pays for what is deployed there. It never changes."""
    display_name: str
    """What its people call it."""
    street: str
    """Its street and house number; empty: not said."""
    postal_code: str
    """Its postal code; empty: not said."""
    city: str
    """The city that it is in."""
    country: str
    """Its country's two letters of ISO 3166; empty: not said."""
    contact_name: str
    """The name of whom to write to there; empty together with the address."""
    contact_address: str
    """The e-mail address where an invitation to the location is sent; empty: none is on file."""


class LocationAdded(LocationEvent):
    """A customer has a new location."""

    subject_type: ClassVar[str] = "location"


class LocationUpdated(LocationEvent):
    """A location is called otherwise, is elsewhere, or has another contact."""

    subject_type: ClassVar[str] = "location"


class LocationClosed(LocationEvent):
    """Nothing is deployed at a location any more, and nothing will be. Its people lose it."""

    subject_type: ClassVar[str] = "location"
