"""The bill groups of a customer, for whoever decides who may open their portals."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_rules.models import AccessRule
from services.identity.access_rules.schemas import GroupAccessRead
from services.identity.bill_groups.models import BillGroup
from services.identity.portals.service import is_open
from services.identity.settings import Settings
from services.identity.workspaces.service import find_child
from shared.auth import Access
from shared.scope import acting_in

MOST = 200
"""Twice as many as billing lets a customer have."""


async def list_groups(
    session: AsyncSession, settings: Settings, access: Access, workspace_id: UUID
) -> list[GroupAccessRead]:
    """Those of a customer directly below the caller's workspace, closed ones last. Raises `NotFound`."""
    customer = await find_child(session, access.workspace_id, workspace_id)
    rules = select(func.count()).where(AccessRule.bill_group_id == BillGroup.id).correlate(BillGroup).scalar_subquery()
    asked = select(BillGroup, rules).where(BillGroup.workspace_id == customer.id)
    order = BillGroup.is_closed, BillGroup.is_default.desc(), BillGroup.display_name, BillGroup.id
    async with acting_in(session, customer.id, access.user_id):
        found = await session.execute(asked.order_by(*order).limit(MOST))
        return [
            GroupAccessRead(
                id=group.id, display_name=group.display_name, is_default=group.is_default, is_closed=group.is_closed,
                portals_on=settings.portals, portal_on=group.portal_on, has_contract=group.has_contract,
                is_open=is_open(group, settings), rules=count,
            )
            for group, count in found
        ]  # fmt: skip
