"""Provisioning: licences, their keys, and the machines that use them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.portal.clients.catalogue import ProductName
from services.portal.clients.http import Answer, Api, CountedPage

LicenceStates = Literal["", "valid", "on_hold", "revoked", "ended"]
"""A filter by state; empty: all but those that have ended."""
LicenceSort = Literal["", "issued_at"]
Nothing = type(None)


class Licence(Answer):
    id: UUID
    service_id: UUID
    display_name: str
    product: ProductName
    state: str
    quantity: int
    activations: int
    maintenance_until: date | None
    valid_until: date | None
    issued_at: datetime

    @property
    def is_in_use(self) -> bool:
        """Whether its key can be shown and replaced."""
        return self.state in ("valid", "on_hold")


class Machine(Answer):
    id: UUID
    machine_name: str
    activated_at: datetime
    renewed_at: datetime


class LicenceDetail(Licence):
    generation: int
    signing_key_id: str | None
    revoked_at: datetime | None
    revoked_for: str | None
    machines: list[Machine]


class LicenceKey(Answer):
    key: str = Field(repr=False)
    generation: int
    signing_key_id: str


class CheckedKey(Answer):
    verdict: Literal["valid", "on_hold", "revoked", "ended", "replaced", "over"]
    licence_id: UUID
    product_name: str
    company: str
    issued_on: date
    quantity: int
    maintenance_until: date | None
    valid_until: date | None
    is_newest_text: bool


@dataclass(frozen=True)
class Licensing:
    """``customer_id``: of a customer below; None: of the workspace itself."""

    api: Api

    async def licences(
        self, customer_id: UUID | None = None, *, q: str = "", state: LicenceStates = "", sort: LicenceSort = "",
        descending: bool | None = None, count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Licence]:  # fmt: skip
        query = {"q": q, "state": state, "sort": sort, "descending": descending, "count": count}
        return await self.api.get(_of(customer_id), CountedPage[Licence], **query, cursor=cursor, limit=limit)

    async def licence(self, licence_id: UUID, customer_id: UUID | None = None) -> LicenceDetail:
        return await self.api.get(f"{_of(customer_id)}/{licence_id}", LicenceDetail)

    async def licence_of(self, service_id: UUID) -> LicenceDetail:
        return await self.api.get(f"/licences/of-service/{service_id}", LicenceDetail)

    async def show_licence_key(self, licence_id: UUID) -> LicenceKey:
        return await self.api.post(f"/licences/{licence_id}/key", LicenceKey)

    async def rotate_licence(self, licence_id: UUID) -> None:
        await self.api.post(f"/licences/{licence_id}/rotate", Nothing)

    async def release_machine(self, licence_id: UUID, activation_id: UUID) -> None:
        await self.api.post(f"/licences/{licence_id}/activations/{activation_id}/release", Nothing)

    async def revoke_licence(self, licence_id: UUID, customer_id: UUID, reason: str) -> None:
        await self.api.post(f"{_of(customer_id)}/{licence_id}/revoke", Nothing, {"reason": reason})

    async def reinstate_licence(self, licence_id: UUID, customer_id: UUID) -> None:
        await self.api.post(f"{_of(customer_id)}/{licence_id}/reinstate", Nothing)

    async def check_licence_key(self, key: str) -> CheckedKey:
        return await self.api.post("/licence-checks", CheckedKey, {"key": key}, reads=True)


def _of(customer_id: UUID | None) -> str:
    return f"/customers/{customer_id}/licences" if customer_id else "/licences"
