from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.schemas import Body, Read

MemberRole = Literal["admin", "regular", "member", "additional", "read_only", "support"]
"""What a workspace's own admins may give to its people (D3). ``billing`` comes with a bill group alone."""


class PersonRead(Read):
    id: UUID
    address: str
    display_name: str


class UserRead(PersonRead):
    role: MemberRole
    last_active_at: datetime | None


class UserUpdate(Body):
    role: MemberRole
