from datetime import datetime
from typing import Literal

from services.identity.people.schemas import MemberRole, PersonRead
from shared.lists import TableQuery
from shared.schemas import Body

UserRole = Literal[MemberRole, "billing"]


class UsersQuery(TableQuery):
    role: UserRole | None = None
    sort: Literal["name", "last_active"] = "name"


class UserRead(PersonRead):
    role: UserRole
    last_active_at: datetime | None


class UserDetailRead(UserRead):
    door: Literal["membership", "invitation", "access_request"]
    """How they came in; ``membership``: they are here from the beginning."""
    since: datetime
    let_in_by: str | None
    """Who decided it, where somebody did and it is known."""


class UserUpdate(Body):
    role: MemberRole
