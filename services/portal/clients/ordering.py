"""Provisioning: ordering services, and add-ons for them, which have endpoints of their own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.portal.clients.agreeing import Order, below
from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer
from services.portal.clients.infrastructure import SiteOffers


class OrderCheck(Answer):
    placed_order_id: UUID | None
    """The order that was placed with the same key already."""


class Wanted(BaseModel):
    """What is to be ordered, or checked before."""

    product_id: UUID
    plan_version_id: UUID
    configuration: dict[str, Any]
    quantity: int
    display_name: str | None
    """None: by the product's name."""
    part_of: UUID | None = None
    """The service that an add-on is ordered for."""
    brought_plan_version_ids: list[UUID] = Field(default_factory=list)
    """Of what comes along, whose prices were shown."""
    bill_group_id: UUID | None = None
    """Who pays. None: the default bill group, or the first that fits the plan."""
    site_id: UUID | None = None
    """Where it has to run. None: at any site with room for it."""
    location_id: UUID | None = None
    """Where it is deployed at the customer."""
    wanted_on: str | None = None
    """For when it is wanted, as it was entered; of what is done by hand."""
    message: str = ""
    """To those who decide, where the person has to ask; and what is wished, of what is done by hand."""

    @property
    def body(self) -> dict[str, Any]:
        """As the API takes it: only an add-on says what it is part of."""
        return self.model_dump(mode="json", exclude=set() if self.part_of else {"part_of"})


@dataclass(frozen=True)
class Ordering(Exporting):
    async def site_offers(self, product_id: UUID, *, add_on: bool) -> SiteOffers:
        return await self.api.get(f"{below(add_on)}/site-offers/{product_id}", SiteOffers)

    async def check_order(self, wanted: Wanted, key: str) -> OrderCheck:
        """Refused for what would refuse the order, unless it was placed with the key already."""
        checks = "/add-ons/check" if wanted.part_of else "/order-checks"
        return await self.api.post(checks, OrderCheck, wanted.body, key=key, repeatable=True)

    async def check_order_of(self, customer_id: UUID, wanted: Wanted) -> None:
        """Of a customer, for a line of a quote. Refused for what would refuse its order."""
        path, body = f"/order-checks/of-customers/{customer_id}", wanted.model_dump(mode="json", exclude={"part_of"})
        await self.api.post(path, OrderCheck, body, repeatable=True)

    async def place_order(self, wanted: Wanted, key: str) -> Order:
        return await self.api.post("/add-ons" if wanted.part_of else "/orders", Order, wanted.body, key=key)
