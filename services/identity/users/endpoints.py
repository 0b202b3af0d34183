from uuid import UUID

from services.identity.users import members
from services.identity.users.schemas import UserRead, UserUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session

router = Router("identity", "users")


@router.get("", guard=allow("user.list"))
async def list_users(access: CurrentAccess, session: Session) -> list[UserRead]:
    """The users of this workspace."""
    return await members.list_users(session, access.workspace_id)


@router.patch("/{user_id}", guard=allow("user.edit"))
async def change_user(user_id: UUID, body: UserUpdate, access: CurrentAccess, session: Session) -> UserRead:
    """Change a user's role. The last admin cannot be demoted."""  # (K24, D15)
    return await members.change_user(session, access, user_id, body.role)


@router.delete("/{user_id}", guard=allow("user.edit"), status_code=204)
async def remove_user(user_id: UUID, access: CurrentAccess, session: Session) -> None:
    """Remove a user from this workspace. Their links and work on behalf from it end at once."""  # (D14)
    await members.remove_user(session, access, user_id)
