from uuid import UUID

from pydantic import Field

from services.provisioning.services.schemas import OperationBrief
from services.provisioning.sites.schemas import SiteRead
from services.provisioning.states import ServiceState
from shared.events.provisioning import ServiceKind
from shared.lists import ListQuery
from shared.schemas import Read


class PlacedServicesQuery(ListQuery):
    site_id: UUID | None = None
    """The site. Without it: services that run at no site."""
    kind: ServiceKind | None = None
    state: ServiceState | None = None
    descending: bool = Field(True, description="The newest first.")


class PlacementRead(Read):
    """Where a service runs, and what it takes there."""

    site: SiteRead | None
    """Null: it runs at no site."""
    takes: dict[str, int]
    """How much of each resource."""


class ServicesCountRead(Read):
    """How many services of a kind are in a state, at most 1,001, which means more than 1,000."""

    kind: ServiceKind
    state: ServiceState
    count: int


class PlacedServiceRead(Read):
    """A service in an overview of sites."""

    id: UUID
    kind: ServiceKind
    display_name: str
    state: ServiceState
    operation: OperationBrief


class PlacedServicesRead(Read):
    """The services of the workspace at a site, or at none."""

    counts: list[ServicesCountRead]
    """Of each kind and state that there is, whatever is filtered by."""
    services: list[PlacedServiceRead]
    """The newest five of those that are filtered by."""


class SiteServicesRead(PlacedServicesRead, SiteRead):
    """A site with the workspace's services there."""
