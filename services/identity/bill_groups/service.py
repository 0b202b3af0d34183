"""Finds bill groups."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from shared.errors import NotFound


def no_such_group() -> NotFound:
    """The same for every bill group that the caller may not see, whosever it is."""
    return NotFound("There is no such bill group of a customer below your workspace.")


async def find_bill_group(session: AsyncSession, workspace_id: UUID, bill_group_id: UUID) -> BillGroup:
    """A bill group of a workspace. Requires its scope. Raises `NotFound`."""
    asked = select(BillGroup).where(BillGroup.id == bill_group_id, BillGroup.workspace_id == workspace_id)
    found = await session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise no_such_group()
    return found
