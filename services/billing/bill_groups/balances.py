"""What the bill groups of a workspace owe, and when the next invoice comes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one bill group, in its currency."""

    outstanding_minor: int
    overdue_minor: int


_OWED = text("""
SELECT bill_group_id, sum(total_minor - paid_minor)::bigint AS outstanding,
       coalesce(sum(total_minor - paid_minor) FILTER (WHERE due_on < :today), 0)::bigint AS overdue
FROM invoices WHERE workspace_id = :workspace_id AND status = 'open' GROUP BY bill_group_id
""")

# A service whose billing has not started yet counts too: its first invoice comes when it does.
_UPCOMING = text("""
SELECT bill_group_id, min(coalesce(billed_until, (billing_starts_at AT TIME ZONE 'UTC')::date)) AS next_on
FROM subscriptions WHERE workspace_id = :workspace_id AND clock IN ('pending', 'started') GROUP BY bill_group_id
""")


async def balances(session: AsyncSession, workspace_id: UUID, *, today: date) -> dict[UUID, Balance]:
    """Outstanding and overdue of each bill group that owes anything (O12)."""
    rows = await session.execute(_OWED, {"workspace_id": workspace_id, "today": today})
    return {row.bill_group_id: Balance(row.outstanding, row.overdue) for row in rows}


async def upcoming_dates(session: AsyncSession, workspace_id: UUID) -> dict[UUID, date]:
    """The next billing date of each bill group that has one (O11)."""
    rows = await session.execute(_UPCOMING, {"workspace_id": workspace_id})
    return {row.bill_group_id: row.next_on for row in rows}
