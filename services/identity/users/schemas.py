from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.schemas import Body, Read

MemberRole = Literal["admin", "regular", "member", "additional", "read_only", "support"]
"""The roles that a workspace's admins can assign (D3). ``billing`` exists only with a bill group."""
UserRole = Literal[MemberRole, "billing"]


class PersonRead(Read):
    id: UUID
    address: str
    display_name: str


class UserRead(PersonRead):
    role: UserRole
    last_active_at: datetime | None


class UserUpdate(Body):
    role: MemberRole
