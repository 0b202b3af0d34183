"""Users: lookup, registration and changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.people.models import User
from services.identity.people.preferences import UNKNOWN, Preferences
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.addresses import address_key
from shared.events import Actor, Via
from shared.events.identity import UserRegistered, UserUpdated
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit


def actor_of(user: User, session_id: UUID | None = None) -> Actor:
    """The person as the actor of an event, acting in their own workspace, in this browser session."""
    return Actor(kind="user", user_id=user.id, address=user.address, via=Via.own, session_id=session_id)


class PersonDescription(TypedDict):
    actor: Actor
    user_id: UUID
    address: str
    display_name: str
    locale: str | None
    time_zone: str | None


def _describe(user: User) -> PersonDescription:
    """The fields of every event about a person, who is also who did it."""
    return {
        "actor": actor_of(user),
        "user_id": user.id,
        "address": user.address,
        "display_name": user.display_name,
        "locale": user.locale,
        "time_zone": user.time_zone,
    }


async def find_user(session: AsyncSession, address: str) -> User | None:
    """The user who has proven this mailbox, or None."""
    return await session.scalar(select(User).where(User.address_key == address_key(address)))


async def lock_address(session: AsyncSession, address: str) -> None:
    """Lock the mailbox against concurrent registration: it may be proven for two invitations at once. Must be taken
    before any row lock: otherwise joining a workspace and its parent with the same mailbox can deadlock."""
    await one_at_a_time(session, address_key(address))


async def register(
    session: AsyncSession,
    address: str,
    display_name: str,
    workspace: Workspace,
    now: datetime,
    preferences: Preferences = UNKNOWN,
) -> User:
    """The user of ``address``. A new user is created with ``workspace`` as their default workspace (L12) and these
    preferences."""
    await lock_address(session, address)
    known = await find_user(session, address)
    if known is not None:
        return known
    user = User(
        address=address,
        address_key=address_key(address),
        display_name=display_name,
        locale=preferences.locale,
        time_zone=preferences.time_zone,
        default_workspace_id=workspace.id,
        registered_at=now,
    )
    session.add(user)
    await session.flush()
    await emit(session, UserRegistered(**workspace_fields(workspace), **_describe(user)))
    return user


async def mark_returned(session: AsyncSession, user_id: UUID, since: datetime | None) -> None:
    """Show since when mails to a person come back."""
    await session.execute(update(User).where(User.id == user_id).values(mail_returned_at=since))


async def change_person(session: AsyncSession, user: User, home: Workspace, changes: Mapping[str, Any]) -> None:
    """Change the fields of a person, whose row the transaction must have locked. The event belongs to their workspace
    ``home``. Where nothing changes, nothing is said."""
    new = {name: value for name, value in changes.items() if getattr(user, name) != value}
    if not new:
        return
    for name, value in new.items():
        setattr(user, name, value)
    user.version += 1
    await session.flush()
    await emit(session, UserUpdated(**workspace_fields(home), **_describe(user), subject_version=user.version))
