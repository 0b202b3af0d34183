"""Users: lookup and registration."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.addresses import address_key
from services.identity.one_at_a_time import one_at_a_time
from services.identity.people.models import User
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.events import Actor, Via
from shared.events.identity import UserRegistered
from shared.outbox import emit


def actor_of(user: User) -> Actor:
    """The person as the actor of an event, acting in their own workspace."""
    return Actor(kind="user", user_id=user.id, address=user.address, via=Via.own)


async def find_user(session: AsyncSession, address: str) -> User | None:
    """The user who has proven this mailbox, or None."""
    return await session.scalar(select(User).where(User.address_key == address_key(address)))


async def lock_address(session: AsyncSession, address: str) -> None:
    """Lock the mailbox against concurrent registration: it may be proven for two invitations at once. Must be taken
    before any row lock: otherwise joining a workspace and its parent with the same mailbox can deadlock."""
    await one_at_a_time(session, address_key(address))


async def register(session: AsyncSession, address: str, display_name: str, workspace: Workspace, now: datetime) -> User:
    """The user of ``address``. A new user is created with ``workspace`` as their default workspace (L12)."""
    await lock_address(session, address)
    known = await find_user(session, address)
    if known is not None:
        return known
    user = User(
        address=address,
        address_key=address_key(address),
        display_name=display_name,
        default_workspace_id=workspace.id,
        registered_at=now,
    )
    session.add(user)
    await session.flush()
    event = UserRegistered(**workspace_fields(workspace), user_id=user.id, address=address, display_name=display_name)
    await emit(session, event.model_copy(update={"actor": actor_of(user)}))
    return user
