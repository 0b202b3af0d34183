from typing import Literal
from uuid import UUID

from shared.schemas import Read

MemberRole = Literal["admin", "regular", "member", "additional", "read_only", "support"]
"""The roles that a workspace's admins can assign (D3). ``billing`` exists only with a bill group."""


class PersonRead(Read):
    id: UUID
    address: str
    display_name: str
