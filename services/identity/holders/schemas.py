from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.names import Reason
from services.identity.people.schemas import PersonRead
from shared.addresses import Address
from shared.schemas import Body, Read

Slot = Literal["primary", "alternate"]
"""``primary``: purchasing, money and contracts. ``alternate``: what is technical."""


class HolderPut(Body):
    address: Address
    """The e-mail address of a user of the workspace, who is to have the slot."""


class HolderBelowPut(HolderPut):
    reason: Reason
    """Why, in words for the account's people."""


class HolderControlPut(Body):
    holder_control: bool
    """Whether only the two holders may change the account: its settings, users, contacts and credentials. Else every
    admin may."""


class HolderChangeRead(Read):
    """A change of one slot."""

    id: UUID
    slot: Slot
    state: Literal["requested", "proposed", "effective"]
    """``requested``: a second one of the provider's staff has to agree; ``proposed``: the new holder has to;
    ``effective``: the former one can still undo it."""
    former: PersonRead | None
    """Who has the slot until it takes effect; null: nobody."""
    new: PersonRead
    by_provider: bool
    """Whether two people of the provider's staff propose it; else a holder does."""
    reason: str | None
    """Why the provider's staff propose it."""
    proposed_by: PersonRead
    proposed_at: datetime
    expires_at: datetime
    """Until when it can be answered, in real time."""
    undo_until: datetime | None
    """Until when the former holder can undo it, in real time; null: they cannot."""


class HoldersRead(Read):
    """The two holders of an account."""

    primary: PersonRead | None
    alternate: PersonRead | None
    holder_control: bool
    checked_at: datetime
    """When somebody last said that both are right; else when the account began."""
    check_due: bool
    """Whether that is a year ago."""
    changes: list[HolderChangeRead]
    """Those that wait for an answer, and those that the former holder can still undo."""


class HoldersBelowRead(HoldersRead):
    workspace_id: UUID
    display_name: str
    connected: bool
    """Whether somebody has signed up there: before, there are no holders."""
