"""Provisioning: orders of all workspaces that wait for the provider's staff."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.portal.clients.catalogue import ProductName
from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer
from services.portal.clients.infrastructure import Site


class WaitingCount(Answer):
    count: int
    """At most 1,000."""


class WaitingBrought(Answer):
    """What comes along with an order that waits."""

    product: ProductName
    plan_version_id: UUID
    """Whose price is agreed."""
    quantity: int | None
    """None: it does not come along any more, so that the order cannot be confirmed."""


class WaitingOrder(Answer):
    """An order of any workspace that waits to be confirmed or returned."""

    id: UUID
    number: str
    customer_name: str | None
    product: ProductName
    plan_version_id: UUID
    """Whose price is agreed."""
    display_name: str
    configuration: dict[str, Any] | None
    """None where what is stored cannot be read."""
    quantity: int
    brought: list[WaitingBrought]
    whole_name: str | None
    """Of an add-on, the service that it is ordered for."""
    site: Site | None
    """Where its service has to run; None: anywhere."""
    location_name: str | None = None
    """Where its service is to be deployed."""
    wanted_on: date | None = None
    message: str = ""
    """What was written with it."""
    placed_by_address: str | None
    placed_via: str
    placed_at: datetime
    submitted_at: datetime
    """Since when it waits."""


class AnsweredOrder(Answer):
    number: str


@dataclass(frozen=True)
class Acknowledging(Exporting):
    async def waiting_count(self) -> WaitingCount:
        return await self.api.get("/acknowledgements/count", WaitingCount)

    async def waiting_order(self, order_id: UUID) -> WaitingOrder:
        return await self.api.get(f"/acknowledgements/{order_id}", WaitingOrder)

    async def acknowledge_order(self, order_id: UUID, key: str) -> AnsweredOrder:
        return await self.api.post(f"/acknowledgements/{order_id}/acknowledge", AnsweredOrder, key=key)

    async def return_order(self, order_id: UUID, reason: str) -> AnsweredOrder:
        return await self.api.post(f"/acknowledgements/{order_id}/return", AnsweredOrder, {"reason": reason})
