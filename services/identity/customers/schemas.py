from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.identity.addresses import Address
from services.identity.customers.models import CustomerOverview, PortalStatus
from services.identity.workspaces.schemas import Slug
from shared.schemas import Body, Name, Read

CustomerSort = Literal["name", "mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity", "last_order"]
CellState = Literal["value", "hidden", "unavailable"]


class Cell(Read):
    """What a role may not see (``hidden``), what cannot be had just now (``unavailable``) and a zero are three
    different answers. A value of null means never."""  # (D10)

    state: CellState
    value: Any = None


class ContactOnFile(Body):
    """Whom an invitation goes to."""  # (L10)

    address: Address
    display_name: Name


class OnFileRead(Read):
    address: str
    display_name: str


class CustomerCreate(Body):
    display_name: Name
    slug: Slug | None = None
    """Made from the name if it is not given."""


class CustomerInvite(Body):
    role: Literal["admin"] = "admin"
    """The first person of a workspace is its admin: somebody has to be."""


class ChildRead(Read):
    """What a list says of any workspace below one's own."""

    id: UUID
    slug: str
    display_name: str
    account_number: str
    status: PortalStatus
    contact: OnFileRead | None
    role: str
    """What the caller may be there: the parent's admins are admins, anybody else is what their link says."""
    mrr: Cell = Field(description="One amount per currency: nothing adds two of them")  # (D20)
    ports: Cell
    virtual_circuits: Cell
    cloud_connections: Cell
    last_activity_at: Cell = Field(description="Of its own users")  # (D7)


class CustomerRead(ChildRead):
    last_order_at: Cell = Field(description="Of anybody, on behalf too")  # (D7)

    @classmethod
    def of_new(cls, row: CustomerOverview) -> "CustomerRead":
        """A customer that was just added, as the admin who did it sees it."""
        nothing, never = Cell(state="value", value=0), Cell(state="value")
        return cls(
            id=row.workspace_id,
            slug=row.slug,
            display_name=row.display_name,
            account_number=row.account_number,
            status="not_connected",
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
    """Of all customers that match and whose numbers the caller may see."""

    customers: int
    mrr: list[AmountRead]
    ports: int
    virtual_circuits: int
    cloud_connections: int


class CustomersPage(Read):
    items: list[CustomerRead]
    next: str | None
    totals: TotalsRead | None
    inactive_hidden: int = Field(description="How many customers hide_inactive leaves out")
