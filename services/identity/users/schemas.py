from datetime import datetime
from typing import Literal

from services.identity.people.schemas import MemberRole, PersonRead
from shared.schemas import Body

UserRole = Literal[MemberRole, "billing"]


class UserRead(PersonRead):
    role: UserRole
    last_active_at: datetime | None


class UserUpdate(Body):
    role: MemberRole
