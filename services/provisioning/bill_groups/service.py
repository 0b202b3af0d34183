"""The copy of billing's bill groups, and the choice of one for an order."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.models import BillGroup
from shared.errors import Invalid
from shared.events.billing import BillGroupCreated
from shared.field_errors import field_error


async def copy_bill_group(session: AsyncSession, event: BillGroupCreated) -> None:
    group = insert(BillGroup).values(
        id=event.bill_group_id, workspace_id=event.workspace_id, is_default=event.is_default
    )
    await session.execute(group.on_conflict_do_nothing(index_elements=["id"]))


class BillGroupNotYours(Invalid):
    """The order references a bill group that does not belong to the workspace."""

    title = "The bill group is not one of this workspace"


async def choose_bill_group(session: AsyncSession, named: UUID | None) -> UUID | None:
    """The bill group of an order: the referenced one, else the default. None while no group is known yet; billing then
    uses its default. Raises `BillGroupNotYours`."""
    groups = {group.id: group for group in (await session.scalars(select(BillGroup))).all()}
    if named is None:
        return next((group.id for group in groups.values() if group.is_default), None)
    if named not in groups:
        errors = [field_error("/bill_group_id", "not_offered", "is not a bill group of this workspace")]
        raise BillGroupNotYours("Choose one of the workspace's bill groups.", errors=errors)
    return named
