from typing import Literal
from uuid import UUID

from services.identity.users.schemas import PersonRead
from shared.schemas import Body, Read

LinkRole = Literal["admin", "regular", "read_only", "support"]
"""What a person of the parent may be for one customer (P17 to P22). Whoever links is an admin there, so that no role
here is above their own (S19)."""


class LinkCreate(Body):
    customer_id: UUID
    user_id: UUID


class LinkUpdate(Body):
    role: LinkRole


class LinkRead(Read):
    id: UUID
    user: PersonRead
    role: LinkRole


class LinksRead(Read):
    """The Manage users panel of one customer."""  # (P14)

    links: list[LinkRead]
    linkable: list[PersonRead]
    """The parent's users who may be linked: not its admins, who see every customer anyway."""  # (P15)
