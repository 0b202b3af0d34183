"""What waits for a person, and what they have to pay, in all workspaces that they are a user of."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api


class Waiting(Answer):
    """Identity's part of a workspace."""

    workspace_id: UUID
    access_requests: int | None
    holders_check_due: bool
    suspended: bool


class WaitingOrders(Answer):
    """Provisioning's part."""

    workspace_id: UUID
    orders_to_approve: int | None
    failed_orders: int


class Owed(Answer):
    """What is to pay in one currency, in whole minor units (D20)."""

    currency: str
    open_minor: int
    overdue_minor: int
    next_due_on: date


class Ending(Answer):
    """A subscription that ends soon, or whose minimum term does."""

    service_id: UUID
    description: str
    ends_on: date
    then: Literal["renew", "continue", "end"]


class Money(Answer):
    """Billing's part, of a workspace in which the person sees money."""

    workspace_id: UUID
    owed: list[Owed]
    may_pay: bool
    ending: list[Ending]
    more_ending: bool


@dataclass(frozen=True)
class OwnWaiting:
    api: Api

    async def own_accounts(self) -> list[Waiting]:
        return await self.api.get("/own-accounts", list[Waiting])


@dataclass(frozen=True)
class OwnOrders:
    api: Api

    async def own_accounts(self) -> list[WaitingOrders]:
        return await self.api.get("/own-accounts", list[WaitingOrders])


@dataclass(frozen=True)
class OwnMoney:
    api: Api

    async def own_accounts(self) -> list[Money]:
        return await self.api.get("/own-accounts", list[Money])
