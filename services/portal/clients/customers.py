"""Identity's lists of customers and partners: one row each, with cells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator

from services.portal.clients.http import Answer, Api, Page

Nothing = type(None)

CustomerSort = Literal["name", "mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity", "last_order"]


COUNTED = 1_000
"""Identity counts, adds up and finds no more customers than these."""


class Cell(Answer):
    """A value, or why there is none: hidden from the role, or not available now (D10). A value of None means never."""

    state: Literal["value", "hidden", "unavailable"]
    value: Any = None


class AddressOnFile(Answer):
    address: str
    display_name: str


def _without_invited(status: object) -> object:
    """Identity's version before also said ``invited``, and may still run during an upgrade."""
    return "not_connected" if status == "invited" else status


PortalStatus = Annotated[Literal["not_connected", "connected"], BeforeValidator(_without_invited)]


class PendingInvitation(Answer):
    sent_at: datetime
    expires_at: datetime
    reminded_at: datetime | None = None
    undelivered_at: datetime | None = None
    """When its mail came back."""


class Child(Answer):
    """A customer or a partner, directly below the workspace."""

    id: UUID
    slug: str
    display_name: str
    account_number: str
    status: PortalStatus
    suspended_at: datetime | None = None
    """Since when it is suspended."""
    closes_at: datetime | None = None
    """When its account is closed, or was."""
    closed_at: datetime | None = None
    """Since when it is closed."""
    invitation: PendingInvitation | None = None
    """The one that nobody has accepted yet."""
    contact: AddressOnFile | None
    role: str
    may_enter: bool
    """Whether the viewer may work on behalf of it, once it is connected."""
    mrr: Cell
    ports: Cell
    virtual_circuits: Cell
    cloud_connections: Cell
    last_activity_at: Cell

    @property
    def is_connected(self) -> bool:
        return self.status == "connected"


class Customer(Child):
    last_order_at: Cell

    @property
    def all_hidden(self) -> bool:
        return self.mrr.state == self.ports.state == self.last_order_at.state == "hidden"


class Partner(Child):
    """The numbers are totals of its connected customers; the last activity is that of its own users."""

    customers: Cell

    @property
    def all_hidden(self) -> bool:
        return self.customers.state == self.mrr.state == "hidden"


class SuspensionBelow(Answer):
    """A workspace below the viewer's, with its suspension, if there is one."""

    workspace_id: UUID
    display_name: str
    kind: Literal["partner", "customer"]
    connected: bool
    suspended_at: datetime | None
    reason: str | None
    suspended_by: str | None
    may_end: bool


class Amount(Answer):
    currency: str
    amount_minor: int


class Totals(Answer):
    """Totals of all matching customers whose numbers the viewer may see."""

    customers: int
    mrr: list[Amount]
    ports: int
    virtual_circuits: int
    cloud_connections: int


class Named(Answer):
    """What a customer or partner is called now."""

    id: UUID
    slug: str
    display_name: str


class CustomersSummary(Answer):
    """How many customers there are by what is to be done about them, no further than one more than `COUNTED`."""

    customers: int
    """All of them."""
    inactive: int
    never: int
    invited: int
    expiring: int


class CustomersPage(Page[Customer]):
    totals: Totals | None
    inactive_hidden: int
    too_many_found: bool

    @property
    def shows_numbers(self) -> bool:
        """False where totals would mislead: over no rows, or over hidden rows only, they would look like zeros."""
        counted = self.totals is not None and self.totals.customers > 0
        return counted and not (self.items and all(each.all_hidden for each in self.items))


@dataclass(frozen=True)
class ChildrenCalls:
    """What identity's client can do about customers and partners."""

    api: Api

    async def customers(
        self,
        *,
        status: Literal["connected", "not_connected"] = "connected",
        q: str = "",
        sort: CustomerSort = "name",
        descending: bool = False,
        hide_inactive: bool = False,
        activity: Literal["", "inactive", "never"] = "",
        totals: bool = True,
        cursor: str = "",
        limit: int = 50,
    ) -> CustomersPage:
        query = {"status": status, "q": q, "sort": sort, "descending": descending, "hide_inactive": hide_inactive,
                 "activity": activity}  # fmt: skip
        return await self.api.get("/customers", CustomersPage, **query, totals=totals, cursor=cursor, limit=limit)

    async def customers_summary(self) -> CustomersSummary:
        return await self.api.get("/customers/summary", CustomersSummary)

    async def customer(self, customer_id: UUID) -> Customer:
        return await self.api.get(f"/customers/{customer_id}", Customer)

    async def add_customer(self, *, display_name: str, key: str) -> Customer:
        return await self.api.post("/customers", Customer, {"display_name": display_name}, key=key)

    async def rename_customer(self, customer_id: UUID, display_name: str) -> Named:
        return await self.api.patch(f"/customers/{customer_id}", Named, {"display_name": display_name})

    async def remove_customer(self, customer_id: UUID) -> None:
        await self.api.delete(f"/customers/{customer_id}")

    async def put_address_on_file(self, customer_id: UUID, *, address: str, display_name: str) -> None:
        body = {"address": address, "display_name": display_name}
        await self.api.put(f"/customers/{customer_id}/contact", Nothing, body)

    async def invite_customer(self, customer_id: UUID, key: str) -> None:
        await self.api.post(f"/customers/{customer_id}/invite", Nothing, {"role": "admin"}, key=key)

    async def revoke_invitation_of(self, customer_id: UUID) -> None:
        await self.api.post(f"/customers/{customer_id}/revoke-invitation", Nothing)

    async def partners(self, *, cursor: str = "", limit: int = 50) -> Page[Partner]:
        return await self.api.get("/partners", Page[Partner], cursor=cursor, limit=limit)

    async def partner(self, partner_id: UUID) -> Partner:
        return await self.api.get(f"/partners/{partner_id}", Partner)

    async def customers_of_partner(
        self,
        partner_id: UUID,
        *,
        status: Literal["connected", "not_connected"] = "connected",
        q: str = "",
        sort: CustomerSort = "name",
        descending: bool = False,
        hide_inactive: bool = False,
        totals: bool = True,
        cursor: str = "",
        limit: int = 50,
    ) -> CustomersPage:
        query = {"status": status, "q": q, "sort": sort, "descending": descending, "hide_inactive": hide_inactive}
        path = f"/partners/{partner_id}/customers"
        return await self.api.get(path, CustomersPage, **query, totals=totals, cursor=cursor, limit=limit)

    async def suspension(self, workspace_id: UUID) -> SuspensionBelow:
        return await self.api.get(f"/suspensions/{workspace_id}", SuspensionBelow)

    async def suspend(self, workspace_id: UUID, *, reason: str) -> SuspensionBelow:
        return await self.api.put(f"/suspensions/{workspace_id}", SuspensionBelow, {"reason": reason})

    async def reinstate(self, workspace_id: UUID) -> None:
        await self.api.delete(f"/suspensions/{workspace_id}")

    async def add_partner(self, *, display_name: str, contact_name: str, address: str, key: str) -> None:
        body = {"display_name": display_name, "contact_name": contact_name, "address": address}
        await self.api.post("/partners", Nothing, body, key=key)
