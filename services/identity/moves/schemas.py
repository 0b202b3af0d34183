from datetime import datetime
from uuid import UUID

from services.identity.moves.models import MoveState
from services.identity.names import Reason
from shared.schemas import Body, Read


class MovePut(Body):
    to_workspace_id: UUID
    """Who is to sell to the customer: a partner, or the provider itself."""
    reason: Reason
    """Why, in words for the customer's admins."""


class MoveRefusal(Body):
    reason: Reason
    """Why the customer stays where it is, in words for the provider's staff."""


class MoveRead(Read):
    """A proposed move, and what became of it."""

    id: UUID
    from_company: str
    """Who sells to the customer until it consents."""
    to_company: str
    """Who sells to it then."""
    reason: str
    state: MoveState
    proposed_by: str
    """The name of the person of the provider's staff."""
    company: str
    """The name of the provider."""
    proposed_at: datetime
    expires_at: datetime
    """When it ends by itself, in real time."""
    ended_by: str | None
    """The name of the person who answered it or took it back; null: it is open, or nobody answered."""
    ended_at: datetime | None
    answer: str | None
    """Why it was declined, where it was."""


class MoveBelowRead(Read):
    """A customer below the provider, and the newest move that was proposed to it."""

    workspace_id: UUID
    display_name: str
    connected: bool
    """Whether somebody has signed up there: before, nobody could consent."""
    suspended: bool
    seller: str
    """The company that sells to it now."""
    move: MoveRead | None


class SellerRead(Read):
    """A company that can take a customer."""

    id: UUID
    display_name: str


class MoveHereRead(Read):
    """The open move of the caller's own workspace."""

    move: MoveRead | None
    """Null: none is open."""
    gains_people: bool
    """Whether the admins of the new seller may enter without a link afterwards, as the workspace has chosen."""
    contacts: int
    """How many company contacts there are: they stay, and go on getting mail."""
