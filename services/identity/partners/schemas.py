from uuid import UUID

from pydantic import Field

from services.identity.addresses import Address
from services.identity.customers.models import PortalStatus
from services.identity.customers.schemas import Cell, OnFileRead
from services.identity.invitations.schemas import InvitationRead
from services.identity.workspaces.schemas import Slug
from shared.schemas import Body, Name, Read


class PartnerCreate(Body):
    display_name: Name
    slug: Slug | None = None
    """Made from the name if it is not given."""
    address: Address
    contact_name: Name


class PartnerAdded(Read):
    id: UUID
    slug: str
    display_name: str
    account_number: str
    invitation: InvitationRead


class PartnerRead(Read):
    """A partner, with what its connected customers are together."""

    id: UUID
    slug: str
    display_name: str
    account_number: str
    status: PortalStatus
    contact: OnFileRead | None
    role: str
    """What the caller may be there, as with a customer."""
    customers: Cell
    mrr: Cell = Field(description="One amount a currency: nothing adds two of them (D20)")
    ports: Cell
    virtual_circuits: Cell
    cloud_connections: Cell
    last_activity_at: Cell = Field(description="Of the partner's own users")
