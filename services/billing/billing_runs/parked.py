"""The bill groups that the billing run left out, for the provider's staff."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.billing_runs.models import ParkedGroup
from shared.auth import Access
from shared.errors import NotFound
from shared.events.billing import BillGroupRetried
from shared.outbox import emit
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.sellers import acting_for

PAGE = first_rows(
    """
SELECT p.bill_group_id::text AS id, p.workspace_id::text, p.billing_on, p.reason, p.detail, p.parked_at,
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = p.workspace_id) AS customer_name
  FROM parked_groups p
 WHERE (p.parked_at, p.bill_group_id) < ($1, $2)
 ORDER BY p.parked_at DESC, p.bill_group_id DESC
""",
    "$3",
)
NEWEST = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


async def list_parked(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """A page, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else NEWEST
    return [dict(row.items()) for row in await read.fetch(PAGE, *after, limit + 1)]


async def bill_again(session: AsyncSession, bill_group_id: UUID, by: Access) -> None:
    """Let the next billing run bill a parked group. It is parked again if its invoice still does not hold. The event
    belongs to the customer's workspace, with ``by`` as its actor (K14). Raises `NotFound` if it is not parked, for
    instance because somebody was faster."""
    parked = select(ParkedGroup.workspace_id).where(ParkedGroup.bill_group_id == bill_group_id)
    workspace_id = await session.scalar(parked)
    if workspace_id is None:
        raise _not_parked()
    async with acting_for(session, by, workspace_id):
        mine = delete(ParkedGroup).where(ParkedGroup.bill_group_id == bill_group_id)
        billing_on = await session.scalar(mine.returning(ParkedGroup.billing_on))
        if billing_on is None:
            raise _not_parked()
        version = await session.scalar(select(BillGroup.version).where(BillGroup.id == bill_group_id))
        about = {"workspace_id": workspace_id, "bill_group_id": bill_group_id, "subject_version": version}
        await emit(session, BillGroupRetried(**about, billing_on=billing_on))


def _not_parked() -> NotFound:
    return NotFound("This bill group is not parked, or somebody has tried it again already.")
