"""Accounts that their holders close: nothing is ordered, changed or renewed there."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.access import WorkspaceIsClosing
from shared.copies import workspaces


async def refuse_closing(session: AsyncSession, workspace_id: UUID) -> None:
    """Raise `WorkspaceIsClosing` where nothing is ordered any more, as far as this service knows. What slips in while
    the account is being closed ends with it (`ended_accounts`)."""
    asked = select(workspaces.c.closes_at).where(workspaces.c.id == workspace_id)
    if await session.scalar(asked) is not None:
        raise WorkspaceIsClosing("The account is being closed. Nothing was ordered.")
