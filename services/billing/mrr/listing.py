"""The monthly recurring revenue by month: a hot read of what is kept as it changes."""

from collections import defaultdict
from datetime import date
from typing import Any

from services.billing.periods import cycle_date
from shared.reads import ScopedReads

MOVED = """
SELECT currency, CASE WHEN month >= $2 THEN month END AS month, movement, sum(minor)::bigint AS minor
FROM mrr_movements WHERE workspace_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS FIRST, 3
"""


MOVED_BELOW = """
SELECT currency, movement, sum(minor)::bigint AS minor
FROM mrr_movements WHERE parent_workspace_id = $1 AND month = $2 GROUP BY 1, 2 ORDER BY 1, 2
"""


async def read_customers_movements(read: ScopedReads, *, today: date) -> list[dict[str, Any]]:
    """What moved the revenue of the caller's customers in this month, by currency (D20), ready to be answered."""
    month = today.replace(day=1)
    moved: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await read.fetch(MOVED_BELOW, read.access.workspace_id, month):
        if row["minor"]:
            moved[row["currency"]][row["movement"]] = row["minor"]
    return [{"currency": each, "month": month, "movements": moved[each]} for each in moved]


async def read_mrr(read: ScopedReads, *, months: int, today: date) -> list[dict[str, Any]]:
    """The last ``months`` months including the current one, one series per currency (D20), ready to be answered."""
    this_month = today.replace(day=1)
    shown = [cycle_date(this_month, -back) for back in reversed(range(months))]
    before = defaultdict[str, int](int)
    moved: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in await read.fetch(MOVED, read.access.workspace_id, shown[0]):
        if row["month"] is None:
            before[row["currency"]] += row["minor"]
        elif row["minor"]:
            moved[row["currency"]][row["month"]][row["movement"]] = row["minor"]
    return [_series(each, before[each], moved[each], shown) for each in sorted({*before, *moved})]


def _series(currency: str, before: int, moved: dict[date, dict[str, int]], shown: list[date]) -> dict[str, Any]:
    months, total = [], before
    for month in shown:
        movements = moved.get(month, {})
        total += sum(movements.values())
        months.append({"month": month, "total_minor": total, "movements": movements})
    return {"currency": currency, "months": months}
