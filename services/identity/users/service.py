"""People."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.addresses import address_key
from services.identity.filing import filed_in
from services.identity.users.models import User
from services.identity.workspaces.models import Workspace
from shared.events import Actor, Via
from shared.events.identity import UserRegistered
from shared.outbox import emit

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
"""A mailbox may be proven for two invitations at once, and is one person all the same."""


def actor_of(user: User) -> Actor:
    """This person as who did something, through their own door."""
    return Actor(kind="user", user_id=user.id, address=user.address, via=Via.own)


async def find_user(session: AsyncSession, address: str) -> User | None:
    """Who holds this mailbox, if they ever proved it."""
    return await session.scalar(select(User).where(User.address_key == address_key(address)))


async def lock_address(session: AsyncSession, address: str) -> None:
    """Make whoever else registers this mailbox wait. It comes before any row is locked: two that join with the same
    mailbox in a workspace and in its parent would wait for each other otherwise."""
    await session.execute(_ONE_AT_A_TIME, {"key": address_key(address)})


async def register(session: AsyncSession, address: str, display_name: str, workspace: Workspace, now: datetime) -> User:
    """The person behind ``address``: known already, or new and at home in ``workspace`` (L12)."""
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
    event = UserRegistered(**filed_in(workspace), user_id=user.id, address=address, display_name=display_name)
    await emit(session, event.model_copy(update={"actor": actor_of(user)}))
    return user
