"""The estimate of a bill group's next invoice (O4, O11).

It is a read of its own and no field of the billing summary: the summary is read for all bill groups of a customer, and
costs the same however many subscriptions there are. An estimate reads each subscription that is due, up to
`MOST_SUBSCRIPTIONS`, beyond which there is none.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.billing_runs.upcoming import upcoming_of
from services.billing.invoices.drafts import Draft, DraftLine
from services.billing.settings import Settings
from shared.errors import NotFound
from shared.reads import ScopedReads

LINES = 100
_SHOWN = ("position", "kind", "description", "product_name", "service_id", "period_from", "period_to",
          "interval_months", "days", "whole_days", "quantity", "unit_minor", "net_minor", "tax_minor")  # fmt: skip


async def estimate(read: ScopedReads, bill_group_id: UUID, settings: Settings, *, now: datetime) -> dict[str, Any]:
    """The next invoice in the shape of `NextInvoiceRead`. Raises `NotFound`."""
    known = await upcoming_of(read, bill_group_id, settings, now=now)
    if known is None:
        raise NotFound("There is no such bill group.")
    currency, upcoming = known
    sure = upcoming is not None and upcoming.fault is None and not upcoming.is_bounded_out
    draft = upcoming.draft if upcoming and sure else None
    return {
        "bill_group_id": str(bill_group_id),
        "currency": currency,
        "billing_on": upcoming.group.billing_on if upcoming else None,
        "estimated_minor": (draft.total_minor if draft else 0) if sure else None,
        "net_minor": (draft.net_minor if draft else 0) if sure else None,
        "taxes": _taxes(draft) if draft else [],
        "line_count": len(draft.lines) if draft else 0,
        "lines": [_shown(line) for line in draft.lines[:LINES]] if draft else [],
    }


def _shown(line: DraftLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _SHOWN} | {"tax_percent": str(line.tax_percent)}


def _taxes(draft: Draft) -> list[dict[str, Any]]:
    sums = dict[Decimal, int]()
    for line in draft.lines:
        sums[line.tax_percent] = sums.get(line.tax_percent, 0) + line.tax_minor
    return [{"tax_percent": str(rate), "tax_minor": minor} for rate, minor in sums.items()]
