"""Outstanding balances and next billing dates of a workspace's bill groups."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Balance:
    """What one bill group owes, in its currency."""

    outstanding_minor: int
    overdue_minor: int


_OWED = text("""
SELECT bill_group_id, sum(total_minor - paid_minor)::bigint AS outstanding,
       coalesce(sum(total_minor - paid_minor) FILTER (WHERE due_on < :today), 0)::bigint AS overdue
FROM invoices WHERE workspace_id = :workspace_id AND status = 'open' GROUP BY bill_group_id
""")

# A pending subscription counts too: its first invoice is issued when its billing starts.
_UPCOMING = text("""
SELECT bill_group_id, min(coalesce(unbilled_from, (billing_starts_at AT TIME ZONE 'UTC')::date)) AS next_on
FROM subscriptions WHERE workspace_id = :workspace_id AND clock IN ('pending', 'started') GROUP BY bill_group_id
""")


async def balances(session: AsyncSession, workspace_id: UUID, *, today: date) -> dict[UUID, Balance]:
    """The outstanding and overdue amounts of each bill group that has open invoices (O12)."""
    rows = await session.execute(_OWED, {"workspace_id": workspace_id, "today": today})
    return {row.bill_group_id: Balance(row.outstanding, row.overdue) for row in rows}


async def upcoming_dates(session: AsyncSession, workspace_id: UUID) -> dict[UUID, date]:
    """The next billing date of each bill group that has one (O11)."""
    rows = await session.execute(_UPCOMING, {"workspace_id": workspace_id})
    return {row.bill_group_id: row.next_on for row in rows}
