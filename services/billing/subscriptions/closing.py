"""Accounts that their holders close: no term is renewed or extended there, by anybody or by itself, and no offer is
accepted. When an account is closed, its subscriptions end with its services. When it is kept, what was due meanwhile is
done then."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.access import WorkspaceIsClosing
from shared.copies import workspaces


async def is_closing(session: AsyncSession, workspace_id: UUID) -> bool:
    """Whether the account is being closed, or is closed, as far as this service knows."""
    asked = select(workspaces.c.closes_at.is_not(None)).where(workspaces.c.id == workspace_id)
    return bool(await session.scalar(asked))


async def refuse_closing(session: AsyncSession, workspace_id: UUID) -> None:
    """Raises `WorkspaceIsClosing`."""
    if await is_closing(session, workspace_id):
        raise WorkspaceIsClosing("The account is being closed. Nothing was changed.")
