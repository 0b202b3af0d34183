"""Who of a workspace's parent may work on behalf of it, as the workspace sees it: its admins can end a link (D14)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import confirm_access, lock_person
from services.identity.grants.models import Grant
from services.identity.invitations.ending import end_invitations_of
from services.identity.links.service import close_link
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.errors import NotFound
from shared.reads import ScopedReads

# A hot read. The function knows the scope's workspace and its parent.
OF_PARENT = """
SELECT company, link_id::text, user_id::text, address, display_name, role, last_day FROM people_of_parent()
ORDER BY display_name, user_id
"""


async def list_of_parent(read: ScopedReads) -> list[dict[str, Any]]:
    """The answer of `OfParentRead`."""
    rows = await read.fetch(OF_PARENT)
    return [
        {
            "link_id": row["link_id"],
            "company": row["company"],
            "user": {name: row[name] for name in ("address", "display_name")} | {"id": row["user_id"]},
            "role": row["role"],
            "last_day": row["last_day"],
        }
        for row in rows
    ]


async def end_link(session: AsyncSession, access: Access, link_id: UUID, real_now: datetime) -> None:
    """Revoke a link to the caller's own workspace, with what the person does under it. Raises `NotFound`."""
    user_id = (await _find(session, access, link_id)).user_id
    await lock_person(session, user_id)
    await confirm_access(session, access, "user.edit")
    link = await _find(session, access, link_id)  # it may have ended until the lock was held
    await close_link(session, link, await get_workspace(session, access.workspace_id))
    await end_invitations_of(session, access, user_id, real_now)


async def _find(session: AsyncSession, access: Access, link_id: UUID) -> Grant:
    here = Grant.workspace_id == access.workspace_id
    asked = select(Grant).where(Grant.id == link_id, Grant.source == "link", here)
    link = await session.scalar(asked.execution_options(populate_existing=True))
    if link is None:
        raise NotFound("There is no such link to this workspace. It may have ended already.")
    return link
