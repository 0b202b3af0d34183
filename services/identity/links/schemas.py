from typing import Literal
from uuid import UUID

from services.identity.people.schemas import PersonRead
from shared.schemas import Body, Read

LinkRole = Literal["admin", "regular", "read_only", "support"]
"""The roles of a parent's user for one customer (P17 to P22). Whoever links is an admin there, so that none of these
roles exceeds their own (S19)."""


class LinkCreate(Body):
    customer_id: UUID
    user_id: UUID


class LinkUpdate(Body):
    role: LinkRole


class OfParentRead(Read):
    """Somebody of the parent workspace who may work on behalf of this one."""

    link_id: UUID | None
    """The link that admits them; null for the parent's admins, whom their role there admits."""
    company: str
    """The name of the parent workspace."""
    user: PersonRead
    role: LinkRole
    """What they may do here."""


class LinkRead(Read):
    id: UUID
    user: PersonRead
    role: LinkRole
