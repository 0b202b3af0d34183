"""What a person says of themselves: their name, their language, their time zone."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_person
from services.identity.grants.service import list_by_new_name
from services.identity.people.models import User
from services.identity.people.service import change_person
from services.identity.sessions.service import home_of
from shared.auth import Access


async def change_me(session: AsyncSession, access: Access, changes: Mapping[str, Any]) -> User:
    """Change the caller, whatever workspace they act in: it is filed in their default workspace. Raises
    `NoWorkspace`."""
    user = await lock_person(session, access.user_id)
    former = user.display_name
    await change_person(session, user, await home_of(session, user), changes)
    if user.display_name != former:
        await list_by_new_name(session, user)
    return user
