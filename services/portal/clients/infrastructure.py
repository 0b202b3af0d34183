"""Provisioning: sites, their hosts, and what runs where."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page
from services.portal.clients.operations import LatestOperation

Takes = dict[str, int]
"""How much of each resource."""


class Site(Answer):
    id: UUID
    key: str
    display_name: str
    city: str
    country: str
    """Two letters."""
    latitude: float
    longitude: float


class Resource(Answer):
    resource: str
    capacity: int
    taken: int


class SiteLoad(Site):
    """A site with what its hosts have together."""

    hosts: int
    in_maintenance: int
    resources: list[Resource]


class Host(Answer):
    id: UUID
    site_id: UUID
    display_name: str
    in_maintenance: bool
    resources: list[Resource]


class HostDetail(Host):
    site: Site
    services: int
    """At most 1,000."""


class HostedService(Answer):
    id: UUID
    customer_name: str | None
    display_name: str
    kind: str
    state: str
    takes: Takes


class Placement(Answer):
    site: Site | None
    takes: Takes


class KindAndStateCount(Answer):
    kind: str
    state: str
    count: int


class PlacedService(Answer):
    id: UUID
    kind: str
    display_name: str
    state: str
    operation: LatestOperation


class PlacedServices(Answer):
    """How many services there are, and the newest of them."""

    counts: list[KindAndStateCount]
    services: list[PlacedService]


class SiteServices(Site, PlacedServices):
    """A site with the workspace's services there."""


class SiteOffers(Answer):
    sites: list[Site]


class SiteChange(BaseModel):
    display_name: str
    city: str
    country: str
    latitude: float
    longitude: float


class SiteEntry(SiteChange):
    key: str


class HostChange(BaseModel):
    display_name: str
    capacity: dict[str, int | str]


class HostEntry(HostChange):
    site_id: UUID


PlacedKind = Literal[
    "", "node", "port", "virtual_circuit", "cloud_connection", "asset", "licence", "cloud_subscription"
]
PlacedState = Literal["", "requested", "provisioning", "active", "changing", "suspended", "deleting", "failed"]
"""Filters; empty: all."""


@dataclass(frozen=True)
class Infrastructure(Exporting):
    async def site(self, site_key: str) -> Site:
        return await self.api.get(f"/sites/{quote(site_key, safe='')}", Site)

    async def add_site(self, entry: SiteEntry, key: str) -> Site:
        return await self.api.post("/sites", Site, _sent(entry), key=key)

    async def change_site(self, site_key: str, change: SiteChange) -> Site:
        return await self.api.put(f"/sites/{quote(site_key, safe='')}", Site, _sent(change))

    async def site_loads(self, *, cursor: str = "", limit: int = 50) -> Page[SiteLoad]:
        return await self.api.get("/hosts/loads", Page[SiteLoad], cursor=cursor, limit=limit)

    async def hosts(self, site_id: UUID, *, cursor: str = "", limit: int = 50) -> Page[Host]:
        return await self.api.get("/hosts", Page[Host], site_id=site_id, cursor=cursor, limit=limit)

    async def host(self, host_id: UUID) -> HostDetail:
        return await self.api.get(f"/hosts/{host_id}", HostDetail)

    async def hosted_services(self, host_id: UUID, *, cursor: str = "", limit: int = 50) -> Page[HostedService]:
        path = f"/hosts/{host_id}/services"
        return await self.api.get(path, Page[HostedService], cursor=cursor, limit=limit)

    async def add_host(self, entry: HostEntry, key: str) -> Host:
        return await self.api.post("/hosts", Host, _sent(entry), key=key)

    async def change_host(self, host_id: UUID, change: HostChange) -> Host:
        return await self.api.put(f"/hosts/{host_id}", Host, _sent(change))

    async def begin_maintenance(self, host_id: UUID) -> Host:
        return await self.api.post(f"/hosts/{host_id}/begin-maintenance", Host)

    async def end_maintenance(self, host_id: UUID) -> Host:
        return await self.api.post(f"/hosts/{host_id}/end-maintenance", Host)

    async def placement(self, service_id: UUID) -> Placement:
        return await self.api.get(f"/placements/{service_id}", Placement)

    async def placed_at_sites(
        self, *, kind: PlacedKind = "", state: PlacedState = "", cursor: str = "", limit: int = 10
    ) -> Page[SiteServices]:
        query = {"kind": kind, "state": state, "cursor": cursor, "limit": limit}
        return await self.api.get("/placements/sites", Page[SiteServices], **query)

    async def placed_nowhere(self, *, kind: PlacedKind = "", state: PlacedState = "") -> PlacedServices:
        return await self.api.get("/placements/nowhere", PlacedServices, kind=kind, state=state)


def _sent(entry: BaseModel) -> dict[str, Any]:
    return entry.model_dump(mode="json", warnings=False)
