"""Billing: the plans of a product and their prices, as the provider's staff keep them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer
from services.portal.clients.subscriptions import AtTermEnd, Billed

Terms = dict[str, list[bool | int | float | str]]


class PlanVersion(Answer):
    """Prices, which never change."""

    id: UUID
    version: int
    currency: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int]
    """Per interval besides, for each unit of a whole number in the configuration, by the field."""
    interval_months: int
    billed: Billed
    term_months: int
    at_term_end: AtTermEnd
    may_pause: bool
    terms: Terms
    published_at: datetime


class PlanHistory(Answer):
    """A plan with its versions, newest first."""

    id: UUID
    product_id: UUID
    display_name: str
    is_offered: bool
    withdrawn_at: datetime | None
    subscriptions: int
    """Of all customers, at most 1,000."""
    versions: list[PlanVersion]

    @property
    def newest(self) -> PlanVersion:
        return self.versions[0]


class PublishedPlan(Answer):
    id: UUID


class PlanEntry(BaseModel):
    """A plan, or new prices of the one of this name."""

    product_id: UUID
    display_name: str
    currency: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int] = Field(default_factory=dict)
    interval_months: int
    billed: Billed = "in_advance"
    term_months: int = 0
    at_term_end: AtTermEnd = "renew"
    may_pause: bool = False
    terms: Terms


class PlanCheck(Answer):
    exists: bool


class PlanOffer(Answer):
    is_offered: bool


@dataclass(frozen=True)
class Pricing(Exporting):
    async def plan_histories(self, product_id: UUID) -> list[PlanHistory]:
        return await self.api.get(f"/plans/of-products/{product_id}", list[PlanHistory])

    async def check_plan(self, entry: PlanEntry) -> PlanCheck:
        """Refused for what would refuse to publish it."""
        body = entry.model_dump(mode="json", warnings=False)
        return await self.api.post("/plan-checks", PlanCheck, body, reads=True)

    async def publish_plan(self, entry: PlanEntry, key: str) -> PublishedPlan:
        return await self.api.post("/plans", PublishedPlan, entry.model_dump(mode="json", warnings=False), key=key)

    async def withdraw_plan(self, plan_id: UUID) -> PlanOffer:
        return await self.api.post(f"/plans/{plan_id}/withdraw", PlanOffer)

    async def offer_plan(self, plan_id: UUID) -> PlanOffer:
        return await self.api.post(f"/plans/{plan_id}/offer", PlanOffer)
