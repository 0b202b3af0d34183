"""The copy of billing's bill groups."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from shared.errors import NotFound
from shared.events.billing import BillGroupCreated, BillGroupUpdated


async def copy_bill_group(session: AsyncSession, event: BillGroupCreated) -> None:
    """Keep the newest state of a bill group. If its portal is not open any more, its visitors leave."""
    group = BillGroup(
        id=event.bill_group_id, workspace_id=event.workspace_id, display_name=event.display_name, is_closed=False,
        portal_on=True, has_contract=False, owes=False, version=event.subject_version, visitors_leave=False,
    )  # fmt: skip
    if isinstance(event, BillGroupUpdated):
        group.is_closed, group.portal_on = event.is_closed, event.portal_on
        group.has_contract, group.owes = event.has_contract, event.owes
        group.visitors_leave = not group.is_open
    heard = {column.name: getattr(group, column.name) for column in BillGroup.__table__.columns}
    saved = insert(BillGroup).values(**heard)
    newer = BillGroup.version < event.subject_version
    await session.execute(saved.on_conflict_do_update(index_elements=["id"], set_=heard, where=newer))


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
