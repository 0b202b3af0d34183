from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.identity.customer_overview.models import CustomerOverview, PortalStatus
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.schemas import Body, Read

CustomerSort = Literal["name", "mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity", "last_order"]
CellState = Literal["value", "hidden", "unavailable"]


class Cell(Read):
    """A value with its state: ``hidden`` from the caller's role, temporarily ``unavailable``, or a ``value``. A null
    value means never."""  # (D10)

    state: CellState
    value: Any = None


class ContactOnFile(Body):
    """The person who is invited."""  # (L10)

    address: Address
    display_name: DisplayName


class OnFileRead(Read):
    address: str
    display_name: str


class PendingInvitationRead(Read):
    """An invitation of the address on file that nobody has accepted yet."""

    sent_at: datetime
    expires_at: datetime
    """The link is not valid any more from then on."""


class CustomerCreate(Body):
    display_name: DisplayName


class CustomerInvite(Body):
    role: Literal["admin"] = "admin"
    """The first user of a workspace is always its admin."""


class ChildRead(Read):
    """A workspace below the caller's own, as a row of a list."""

    id: UUID
    slug: str
    display_name: str
    account_number: str
    status: PortalStatus
    invitation: PendingInvitationRead | None
    """Null where none is pending."""
    contact: OnFileRead | None
    role: str
    """The caller's role there: the parent's admins are admins, everybody else has the role of their link."""
    mrr: Cell = Field(description="One amount per currency")  # (D20)
    ports: Cell
    virtual_circuits: Cell
    cloud_connections: Cell
    last_activity_at: Cell = Field(description="When its own users were last active")  # (D7)


class CustomerRead(ChildRead):
    last_order_at: Cell = Field(description="When the last order was placed, including on behalf")  # (D7)

    @classmethod
    def of_new(cls, row: CustomerOverview) -> "CustomerRead":
        """A customer that was just added, as its creator, an admin, sees it."""
        nothing, never = Cell(state="value", value=0), Cell(state="value")
        return cls(
            id=row.workspace_id,
            slug=row.slug,
            display_name=row.display_name,
            account_number=row.account_number,
            status="not_connected",
            invitation=None,
            contact=None,
            role="admin",
            mrr=Cell(state="value", value=[]),
            ports=nothing,
            virtual_circuits=nothing,
            cloud_connections=nothing,
            last_activity_at=never,
            last_order_at=never,
        )


class AmountRead(Read):
    currency: str
    amount_minor: int


class TotalsRead(Read):
    """Totals of the matching customers whose numbers the caller may see."""

    customers: int
    mrr: list[AmountRead]
    ports: int
    virtual_circuits: int
    cloud_connections: int


class CustomersPage(Read):
    items: list[CustomerRead]
    next: str | None
    totals: TotalsRead | None
    inactive_hidden: int = Field(description="How many customers hide_inactive leaves out; 1,001 means more than 1,000")
    too_many_found: bool = Field(
        description="More than 1,000 customers match the search, and the list is of 1,000 of them"
    )
