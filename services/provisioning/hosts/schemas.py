from uuid import UUID

from services.provisioning.resources import Amount, Resource
from services.provisioning.sites.schemas import SiteRead
from services.provisioning.states import ServiceState
from shared.events.provisioning import ServiceKind
from shared.schemas import Body, Name, Read


class HostUpdate(Body):
    display_name: Name
    """Unique within its site. Customers never see it."""
    capacity: dict[Resource, Amount]
    """How much it has of each resource: cores, gigabytes, ports, megabits per second. What is not named it has none
    of. Not less than is taken."""


class HostCreate(HostUpdate):
    site_id: UUID


class ResourceLoad(Read):
    """How much of a resource there is, and how much of it services take."""

    resource: Resource
    capacity: int
    taken: int


class HostRead(Read):
    id: UUID
    site_id: UUID
    display_name: str
    in_maintenance: bool
    """It takes no new service. What runs on it stays."""
    resources: list[ResourceLoad]
    """Those that it has."""


class HostDetailRead(HostRead):
    site: SiteRead
    services: int
    """How many services run on it, at most 1,000."""


class SiteLoadRead(SiteRead):
    """A site with what all its hosts have and what is taken of it. Hosts in maintenance count too."""

    hosts: int
    in_maintenance: int
    """How many of the hosts take no new service."""
    resources: list[ResourceLoad]


class HostedServiceRead(Read):
    """A service that runs on a host."""

    id: UUID
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    display_name: str
    kind: ServiceKind
    state: ServiceState
    takes: dict[str, int]
    """How much it takes of each resource."""
