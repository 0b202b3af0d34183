"""Invoiced amounts per month and kind of service, for the chart."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.spend.schemas import MonthRead, SpendRead
from services.billing.subscriptions.periods import cycle_date

_INVOICED = text("""
SELECT i.currency, date_trunc('month', i.issued_on)::date AS month, l.service_kind,
       sum(l.net_minor + l.tax_minor)::bigint AS minor
FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id
WHERE i.workspace_id = :workspace_id AND i.issued_on >= :since
GROUP BY i.currency, month, l.service_kind ORDER BY i.currency, month, l.service_kind
""")


async def spend(session: AsyncSession, workspace_id: UUID, *, months: int, today: date) -> list[SpendRead]:
    """The last ``months`` months including the current one, one series per currency (D20)."""
    this_month = today.replace(day=1)
    all_months = [cycle_date(this_month, -back) for back in reversed(range(months))]
    rows = await session.execute(_INVOICED, {"workspace_id": workspace_id, "since": all_months[0]})
    found: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found[row.currency][row.month][row.service_kind] = row.minor
    return [
        SpendRead(currency=currency, months=[_month(month, kinds.get(month, {})) for month in all_months])
        for currency, kinds in found.items()
    ]


def _month(month: date, kinds: dict[str, int]) -> MonthRead:
    return MonthRead(month=month, total_minor=sum(kinds.values()), kinds=kinds)
