from datetime import datetime
from typing import Literal

from services.identity.people.schemas import MemberRole, PersonRead
from shared.addresses import Address
from shared.lists import TableQuery
from shared.schemas import Body, Read

UserRole = Literal[MemberRole, "billing"]


class UsersQuery(TableQuery):
    role: UserRole | None = None
    sort: Literal["name", "last_active"] = "name"


class UserRead(PersonRead):
    role: UserRole
    last_active_at: datetime | None
    mail_returned_at: datetime | None
    """Since when mails to the person come back, so that none are sent but those to sign in. Null: they are sent."""


class UserDetailRead(UserRead):
    door: Literal["membership", "invitation", "access_request", "added"]
    """How they came in; ``membership``: they are here from the beginning."""
    since: datetime
    let_in_by: str | None
    """Who decided it, where somebody did and it is known."""


class UserUpdate(Body):
    role: MemberRole


class AdditionalUser(Body):
    address: Address
    """The e-mail address of a person who has an account."""


class AdditionalUserRead(Read):
    added: UserRead | None
    """Null: nobody with this address has an account, and nobody was added."""
