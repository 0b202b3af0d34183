"""Identity's lists of customers and partners: one row each, with cells."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator

from services.portal.clients.http import Answer, Page

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


class Child(Answer):
    """A customer or a partner, directly below the workspace."""

    id: UUID
    slug: str
    display_name: str
    account_number: str
    status: PortalStatus
    invitation: PendingInvitation | None = None
    """The one that nobody has accepted yet."""
    contact: AddressOnFile | None
    role: str
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


class CustomersPage(Page[Customer]):
    totals: Totals | None
    inactive_hidden: int
    too_many_found: bool

    @property
    def shows_numbers(self) -> bool:
        """False where totals would mislead: over no rows, or over hidden rows only, they would look like zeros."""
        counted = self.totals is not None and self.totals.customers > 0
        return counted and not (self.items and all(each.all_hidden for each in self.items))
