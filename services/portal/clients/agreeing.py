"""Provisioning: orders that change or cancel a service, and suspending it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.portal.clients.catalogue import ProductName
from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer
from services.portal.clients.infrastructure import Site
from services.portal.clients.locations import LocationName
from services.portal.clients.operations import OperationBegun, Step
from services.portal.work import said

Ends = Literal["now", "period_end"]
EndReason = Literal["not_needed", "too_expensive", "not_as_expected", "moving_elsewhere", "other"]
Wish = Literal["customer", "pause"]


def below(add_on: bool) -> str:
    """Where the operations of services are. More people change and cancel add-ons than other services, by paths of
    their own."""
    return "/add-ons" if add_on else ""


class Former(Answer):
    """What a service had before it was changed."""

    configuration: dict[str, Any]
    quantity: int
    plan_version_id: UUID


class Order(Answer):
    id: UUID
    number: str
    kind: str
    """``new``, ``change``, ``cancel`` or ``renew``."""
    state: str
    failure: str | None
    failure_code: str | None = None
    failure_values: dict[str, int | str] = Field(default_factory=dict)
    product: ProductName
    plan_version_id: UUID
    newest_plan_version_id: UUID | None
    """The newest version of the same plan."""
    configuration: dict[str, Any] | None
    """None where what is stored cannot be read."""
    quantity: int
    bill_group_id: UUID | None
    part_of: UUID | None
    """The service that the new one is part of."""
    site: Site | None
    """Where its service has to run; None: anywhere."""
    location: LocationName | None = None
    """Where its service is deployed; None: at no location."""
    display_name: str
    steps: list[Step]
    """None until it is placed."""
    service_id: UUID | None
    placed_by: UUID | None
    placed_by_address: str | None
    placed_via: str
    placed_at: datetime
    message: str
    """What a person who had to ask wrote to those who decide; of what is done by hand, what was wished."""
    decided_by_address: str | None
    decided_at: datetime | None
    reason: str | None
    """Why it was refused or returned."""
    submitted_at: datetime | None
    """Since when it waited for the provider."""
    answered_at: datetime | None
    """When the provider confirmed or returned it."""
    brought: list[str] = Field(default_factory=list)
    """The names of what comes along with an order that waits for the provider."""
    former: Former | None
    """Of a change, what the service had before."""
    former_location: LocationName | None = None
    """Of a change that moves the service, where it was."""
    by_hand: bool = False
    """Whether people do the work."""
    wanted_on: date | None = None
    planned_on: date | None = None
    """For when the provider has planned it."""
    plan_note: str = ""
    """What the provider says with that."""
    ends: str | None
    """Of a cancellation: ``now`` or ``period_end``."""
    end_reason: str | None
    months: int | None
    """Of a renewal: by how many the term ends later; None: by one more term."""
    term_ends_on: date | None
    """Of a renewal: when the term ended as it was shown."""
    quote_id: UUID | None = None
    """The accepted quote that it was placed for."""

    @property
    def permission(self) -> str:
        """What ordering a new service like this takes."""
        return "add_on.configure" if self.part_of else "service.order"

    @property
    def awaits_approval(self) -> bool:
        return self.state == "awaiting_approval"

    @property
    def awaits_acknowledgement(self) -> bool:
        return self.state == "awaiting_acknowledgement"

    @property
    def why(self) -> str:
        """Why it failed, in the reader's language; empty if it did not."""
        return said(self.failure, self.failure_code, self.failure_values)


class WantedChange(BaseModel):
    """What a service is to have, as a whole."""

    service_id: UUID
    plan_version_id: UUID
    configuration: dict[str, Any]
    quantity: int
    location_id: UUID | None = None
    """Where it is moved to; None: it stays."""
    wanted_on: str | None = None
    """For when, as it was entered; of what is done by hand."""
    message: str = ""
    """To those who decide, where the person has to ask."""


class WantedRenewal(BaseModel):
    service_id: UUID
    term_ends_on: date | None
    """When the term ends as it was shown."""
    months: int | None
    """By how many; None: by one more term."""
    message: str = ""


class WantedEnd(BaseModel):
    service_id: UUID
    ends: Ends
    end_reason: EndReason
    wanted_on: str | None = None
    """For when it is to be collected, as it was entered."""
    message: str = ""


@dataclass(frozen=True)
class Agreeing(Exporting):
    async def check_change(self, wanted: WantedChange, *, add_on: bool) -> None:
        """Refused for what would refuse the change."""
        path = f"{below(add_on)}/changes/check"
        await self.api.post(path, type(None), wanted.model_dump(mode="json"), repeatable=True)

    async def order_change(self, wanted: WantedChange, key: str, *, add_on: bool) -> Order:
        path = f"{below(add_on)}/changes"
        return await self.api.post(path, Order, wanted.model_dump(mode="json"), key=key)

    async def order_renewal(self, wanted: WantedRenewal, key: str) -> Order:
        if wanted.months is None:
            body = wanted.model_dump(mode="json", exclude={"months"})
            return await self.api.post("/renewals", Order, body, key=key)
        return await self.api.post("/renewals/extend", Order, wanted.model_dump(mode="json"), key=key)

    async def cancel_service(self, wanted: WantedEnd, key: str, *, add_on: bool) -> Order:
        path = f"{below(add_on)}/cancellations"
        return await self.api.post(path, Order, wanted.model_dump(mode="json"), key=key)

    async def undo_cancellation(self, order_id: UUID, *, add_on: bool) -> Order:
        return await self.api.post(f"{below(add_on)}/cancellations/{order_id}/undo", Order)

    async def suspend_service(self, service_id: UUID, reason: Wish, key: str) -> OperationBegun:
        body = {"service_id": str(service_id), "reason": reason}
        return await self.api.post("/suspensions", OperationBegun, body, key=key)

    async def resume_service(self, service_id: UUID, key: str) -> OperationBegun:
        return await self.api.post(f"/suspensions/{service_id}/end", OperationBegun, key=key)
