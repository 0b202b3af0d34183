from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.identity.customer_overview.models import PortalStatus
from services.identity.invitations.schemas import PendingInvitationRead
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.schemas import Body, Read

MOST_AT_ONCE = 100
LocationIds = Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]


class LocationInvitationCreate(Body):
    address: Address
    display_name: DisplayName
    location_ids: LocationIds
    """The open locations that the person is to see, together."""


class LocationStatusRead(Read):
    """Whether somebody has signed up for a location."""

    id: UUID
    status: PortalStatus
    people: int
    """How many people it has, up to 101, which means more than 100."""
    invitation: PendingInvitationRead | None
    """The newest pending one that is for this location; null where none is."""


class LocationPersonRead(Read):
    user_id: UUID
    address: str
    display_name: str
    since: datetime
    last_active_at: datetime | None
    let_in_by: str | None
    """Who invited them, by name."""
