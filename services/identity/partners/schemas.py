from uuid import UUID

from pydantic import Field

from services.identity.customers.schemas import Cell, ChildRead
from services.identity.invitations.schemas import InvitationRead
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.schemas import Body, Read


class PartnerCreate(Body):
    display_name: DisplayName
    address: Address
    contact_name: DisplayName


class PartnerAdded(Read):
    id: UUID
    slug: str
    display_name: str
    account_number: str
    invitation: InvitationRead


class PartnerRead(ChildRead):
    """A partner, with the totals of its connected customers."""

    customers: Cell = Field(description="The number of connected customers")
