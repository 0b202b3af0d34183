"""Invoiced amounts per month and kind of service, for the chart."""

from collections import defaultdict
from datetime import date
from typing import Any

from services.billing.periods import cycle_date
from shared.reads import ScopedReads

# A hot read of totals that are kept as invoices are issued.
INVOICED = """
SELECT currency, month, service_kind, sum(minor)::bigint AS minor
FROM spend WHERE workspace_id = $1 AND month >= $2
GROUP BY currency, month, service_kind ORDER BY currency, month, service_kind
"""


async def read_spend(read: ScopedReads, *, months: int, today: date) -> list[dict[str, Any]]:
    """The last ``months`` months including the current one, one series per currency (D20), ready to be answered."""
    this_month = today.replace(day=1)
    all_months = [cycle_date(this_month, -back) for back in reversed(range(months))]
    found: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in await read.fetch(INVOICED, read.access.workspace_id, all_months[0]):
        found[row["currency"]][row["month"]][row["service_kind"]] = row["minor"]
    return [
        {"currency": currency, "months": [_month(month, kinds.get(month, {})) for month in all_months]}
        for currency, kinds in found.items()
    ]


def _month(month: date, kinds: dict[str, int]) -> dict[str, Any]:
    return {"month": month, "total_minor": sum(kinds.values()), "kinds": kinds}
