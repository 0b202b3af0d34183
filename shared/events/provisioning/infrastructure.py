"""Sites and their hosts. These events belong to the provider's workspace."""

from typing import ClassVar
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent


class SiteEvent(ProvisioningEvent):
    subject_field: ClassVar[str] = "site_id"
    site_id: UUID
    """The site."""
    key: str
    """Its short name, which never changes."""
    display_name: str
    """Its name for people."""
    city: str
    """The city that it is in."""
    country: str
    """Its country's two letters of ISO 3166."""


class SiteAdded(SiteEvent):
    """There is a new site where services can run. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "site"


class SiteChanged(SiteEvent):
    """A site is called otherwise, or is said to be elsewhere. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "site"


class HostEvent(ProvisioningEvent):
    subject_field: ClassVar[str] = "host_id"
    host_id: UUID
    """The host."""
    display_name: str
    """Its name for the provider's staff."""
    site_id: UUID
    """The site that it is at."""
    site_key: str
    """The site's short name."""
    site_name: str
    """The site's name for people, at that moment."""


class HostAdded(HostEvent):
    """A site has a new host. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "host"


class HostChanged(HostEvent):
    """A host has another name or capacity. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "host"


class HostMaintenanceStarted(HostEvent):
    """A host takes no new service from now on. What runs on it stays. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "host"


class HostMaintenanceEnded(HostEvent):
    """A host takes new services again. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "host"
