"""Locations: where they are is provisioning's, who has signed up for them identity's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.portal.clients.customers import PendingInvitation
from services.portal.clients.http import Answer, Api, CountedPage
from services.portal.clients.importing import Imported

LocationStates = Literal["", "open", "closed"]
LocationSort = Literal["", "name"]
"""Empty: all, and the service's own."""
Nothing = type(None)


class LocationName(Answer):
    id: UUID
    display_name: str


class Location(Answer):
    id: UUID
    bill_group_id: UUID
    bill_group_name: str
    display_name: str
    street: str
    postal_code: str
    city: str
    country: str
    contact_name: str
    contact_address: str
    state: str
    services: int
    """Up to 1,001, which means more than 1,000."""

    @property
    def is_open(self) -> bool:
        return self.state == "open"


class LocationEntry(BaseModel):
    display_name: str
    street: str
    postal_code: str
    city: str
    country: str
    contact_name: str
    contact_address: str


class LocationMade(Answer):
    id: UUID


class LocationRow(LocationEntry):
    """A location to import. What is empty is not sent."""

    bill_group: str
    """By name."""


class LocationStatus(Answer):
    id: UUID
    status: Literal["not_connected", "connected"]
    people: int
    invitation: PendingInvitation | None = None

    @property
    def is_connected(self) -> bool:
        return self.status == "connected"


class LocationPerson(Answer):
    user_id: UUID
    address: str
    display_name: str
    since: datetime
    last_active_at: datetime | None
    let_in_by: str | None


@dataclass(frozen=True)
class Locating:
    """Provisioning's part. ``customer_id``: of a customer below; None: of the workspace itself."""

    api: Api

    async def locations(
        self, customer_id: UUID | None = None, *, q: str = "", state: LocationStates = "", sort: LocationSort = "",
        descending: bool | None = None, count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Location]:  # fmt: skip
        query = {"q": q, "state": state, "sort": sort, "descending": descending, "count": count}
        path = _of(customer_id)
        return await self.api.get(path, CountedPage[Location], **query, cursor=cursor, limit=limit)

    async def location(self, location_id: UUID, customer_id: UUID | None = None) -> Location:
        return await self.api.get(f"{_of(customer_id)}/{location_id}", Location)

    async def add_location(
        self, entry: LocationEntry, bill_group_id: str, key: str, customer_id: UUID | None = None
    ) -> LocationMade:
        body: dict[str, Any] = entry.model_dump() | ({"bill_group_id": bill_group_id} if bill_group_id else {})
        return await self.api.post(_of(customer_id), LocationMade, body, key=key)

    async def change_location(self, location_id: UUID, entry: LocationEntry, customer_id: UUID | None = None) -> None:
        await self.api.put(f"{_of(customer_id)}/{location_id}", Nothing, entry.model_dump())

    async def close_location(self, location_id: UUID, customer_id: UUID | None = None) -> None:
        await self.api.post(f"{_of(customer_id)}/{location_id}/close", Nothing)

    async def check_import(self, rows: Sequence[LocationRow], customer_id: UUID | None = None) -> Imported:
        """What `import_locations` would do."""
        return await self.api.post(f"{_of(customer_id)}/import/check", Imported, _rows(rows))

    async def import_locations(
        self, rows: Sequence[LocationRow], key: str, customer_id: UUID | None = None
    ) -> Imported:
        return await self.api.post(f"{_of(customer_id)}/import", Imported, _rows(rows), key=key)


def _rows(rows: Sequence[LocationRow]) -> dict[str, Any]:
    return {"rows": [{name: value for name, value in row.model_dump().items() if value} for row in rows]}


def _of(customer_id: UUID | None) -> str:
    return f"/customers/{customer_id}/locations" if customer_id else "/locations"


@dataclass(frozen=True)
class LettingIn:
    """Identity's part: invitations to locations, and their people."""

    api: Api

    async def location_statuses(
        self, ids: Sequence[UUID], customer_id: UUID | None = None
    ) -> dict[UUID, LocationStatus]:
        """By location. Asks nobody about none."""
        if not ids:
            return {}
        found = await self.api.get(_door(customer_id), list[LocationStatus], location_id=[str(each) for each in ids])
        return {each.id: each for each in found}

    async def invite_to_location(self, location_id: UUID, key: str, customer_id: UUID | None = None) -> None:
        """The address on file."""
        await self.api.post(f"{_door(customer_id)}/{location_id}/send", dict[str, Any], key=key)

    async def revoke_of_location(self, location_id: UUID, customer_id: UUID | None = None) -> None:
        await self.api.post(f"{_door(customer_id)}/{location_id}/revoke", Nothing)

    async def invite_to_locations(
        self, *, address: str, display_name: str, location_ids: Sequence[str], key: str
    ) -> None:
        body = {"address": address, "display_name": display_name, "location_ids": list(location_ids)}
        await self.api.post("/location-invitations", dict[str, Any], body, key=key)

    async def people_of_location(self, location_id: UUID) -> list[LocationPerson]:
        return await self.api.get(f"/location-invitations/{location_id}/people", list[LocationPerson])

    async def remove_from_location(self, location_id: UUID, user_id: UUID) -> None:
        await self.api.delete(f"/location-invitations/{location_id}/people/{user_id}")


def _door(customer_id: UUID | None) -> str:
    return f"/location-invitations/customers/{customer_id}" if customer_id else "/location-invitations"
