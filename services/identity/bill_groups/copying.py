"""The copy of billing's bill groups."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from shared.events.billing import BillGroupCreated, BillGroupUpdated
from shared.waking import wake

_AT_FIRST = {"is_closed": False, "portal_on": True, "has_contract": False, "owes": False,
             "locations_see_invoices": False}  # fmt: skip
"""What holds of a group that was just created."""


async def copy_bill_group(session: AsyncSession, event: BillGroupCreated) -> None:
    """Store the newest state of a group, with events in any order. If its portal is not open any more, its visitors
    leave."""
    said = isinstance(event, BillGroupUpdated)
    state = {name: getattr(event, name) if said else first for name, first in _AT_FIRST.items()}
    leave = said and not BillGroup(**state).is_open
    seen = insert(BillGroup).values(
        bill_group_id=event.bill_group_id,
        workspace_id=event.workspace_id,
        display_name=event.display_name,
        is_default=event.is_default,
        version=event.subject_version,
        visitors_leave=leave,
        **state,
    )
    newer = BillGroup.version < seen.excluded.version
    changed = {
        name: seen.excluded[name] for name in ("display_name", "is_default", "version", "visitors_leave", *state)
    }
    await session.execute(seen.on_conflict_do_update(index_elements=["bill_group_id"], set_=changed, where=newer))
    if leave:
        await wake(session, BillGroup.__tablename__)
