from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.identity.customer_overview.models import CustomerOverview, PortalStatus
from services.identity.invitations.schemas import PendingInvitationRead
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.schemas import Body, Read

CustomerSort = Literal["name", "mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity", "last_order"]
Activity = Literal["inactive", "never"]
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


class CustomerCreate(Body):
    display_name: DisplayName


class CustomerRename(Body):
    display_name: DisplayName


class ChildNamed(Read):
    """What a customer or partner is called."""

    id: UUID
    slug: str
    display_name: str


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
    suspended_at: datetime | None
    """Since when its people can only read and pay; null: it is not suspended."""
    closes_at: datetime | None
    """When its account is closed, or was, in real time; null: its holders do not want that."""
    closed_at: datetime | None
    """Since when it is closed, for good: nothing is possible there but to read and pay."""
    invitation: PendingInvitationRead | None
    """Null where none is pending."""
    contact: OnFileRead | None
    role: str
    """The caller's role there: the parent's admins are admins, everybody else has the role of their link."""
    may_enter: bool
    """Whether the caller may work on behalf of it, once it is connected. False: it keeps the parent's admins out, and
    the caller has no link; or it is a partner's customer."""
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
            suspended_at=None,
            closes_at=None,
            closed_at=None,
            invitation=None,
            contact=None,
            role="admin",
            may_enter=True,
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


class CustomersSummaryRead(Read):
    """The customers that the caller may see, by what is to be done about them. Of all but ``customers``, 1,001 means
    more than 1,000."""

    customers: int
    """Those that are connected."""
    inactive: int
    """Of these, those that ``hide_inactive`` leaves out."""
    never: int
    """Of these, those where nobody was ever active, and nothing was ordered."""
    invited: int
    """Those that are not connected and have an invitation that nobody has accepted yet."""
    expiring: int
    """Of these, those whose invitation expires within two days."""


class CustomersPage(Read):
    items: list[CustomerRead]
    next: str | None
    totals: TotalsRead | None
    inactive_hidden: int = Field(description="How many customers hide_inactive leaves out; 1,001 means more than 1,000")
    too_many_found: bool = Field(
        description="More than 1,000 customers match the search, and the list is of 1,000 of them"
    )
