from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.identity.holders.refusals import HolderStays
from services.identity.invitations.service import AlreadyMember
from services.identity.users import adding, listing, service
from services.identity.users.adding import TooManySearches
from services.identity.users.schemas import (
    AdditionalUser,
    AdditionalUserRead,
    UserDetailRead,
    UserRead,
    UsersQuery,
    UserUpdate,
)
from services.identity.users.service import LastAdmin
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("identity", "users")


@router.get("", guard=allow("user.list"), response_model=CountedPage[UserRead])
async def list_users(read: Reader, query: Annotated[UsersQuery, Query()]) -> Response:
    """The users of this workspace. ``q`` is the beginning of a word of the name or address and what follows, without
    case and accents."""
    return json_response(await listing.list_users(read, query))


@router.post("/additional", guard=allow("user.invite"), problems=(AlreadyMember, TooManySearches))
async def add_additional_user(
    body: AdditionalUser, access: CurrentAccess, session: Session, now: Now, real_now: RealNow
) -> AdditionalUserRead:
    """Add a person who has an account, as an additional user. They are in at once, and get a mail. Whether there is an
    account is told 20 times per day and workspace; `POST /api/identity/invitations` asks the others to create one."""
    return AdditionalUserRead(added=await adding.add_user(session, access, body.address, now, real_now))


@router.get("/{user_id}", guard=allow("user.list"), response_model=UserDetailRead)
async def get_user(user_id: UUID, read: Reader) -> Response:
    """One user of this workspace, and how they came in."""
    found = await listing.read_user(read, user_id)
    return json_response(found)


@router.patch("/{user_id}", guard=allow("user.edit"), problems=(HolderStays, LastAdmin))
async def change_user(
    user_id: UUID, body: UserUpdate, access: CurrentAccess, session: Session, real_now: RealNow
) -> UserRead:
    """Change a user's role. Neither a holder nor the last admin can be demoted. The invitations of a demoted admin
    end."""  # (K24, D15)
    return await service.change_user(session, access, user_id, body.role, real_now)


@router.delete("/{user_id}", guard=allow("user.edit"), status_code=204, problems=(HolderStays, LastAdmin))
async def remove_user(user_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Remove a user from this workspace. Their links, their work on behalf from it and the pending
    invitations that they sent end at once."""  # (D14)
    await service.remove_user(session, access, user_id, real_now)
