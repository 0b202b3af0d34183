from uuid import UUID

from services.identity.users import service
from services.identity.users.schemas import UserRead, UserUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session

router = Router("identity", "users")


@router.get("", guard=allow("user.list"))
async def list_users(access: CurrentAccess, session: Session) -> list[UserRead]:
    """The users of this workspace."""
    return await service.list_users(session, access.workspace_id)


@router.patch("/{user_id}", guard=allow("user.edit"))
async def change_user(
    user_id: UUID, body: UserUpdate, access: CurrentAccess, session: Session, real_now: RealNow
) -> UserRead:
    """Change a user's role. The last admin cannot be demoted. The invitations of a demoted admin end."""  # (K24, D15)
    return await service.change_user(session, access, user_id, body.role, real_now)


@router.delete("/{user_id}", guard=allow("user.edit"), status_code=204)
async def remove_user(user_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Remove a user from this workspace. Their links, their work on behalf from it and the pending
    invitations that they sent end at once."""  # (D14)
    await service.remove_user(session, access, user_id, real_now)
