"""The monthly recurring revenue by month, with what moved it, for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.charts import Bars, Series, stacked_bars
from services.portal.clients.figures import Mrr
from shared.language import gettext as _


@dataclass(frozen=True, slots=True)
class Revenue:
    """In one currency: amounts in different ones are never added (D20)."""

    currency: str
    bars: Bars
    moved: Sequence[tuple[date, Sequence[tuple[str, int]]]]
    """The months in which something changed, newest first, each with what did and by how much."""


def revenue_of(found: Sequence[Mrr]) -> list[Revenue]:
    """The currencies in which something was billed in these months."""
    return [_one(each) for each in found if any(month.total_minor or month.movements for month in each.months)]


def _one(found: Mrr) -> Revenue:
    series = Series(_("MRR"), "c1", [month.total_minor for month in found.months])
    bars = stacked_bars([month.month for month in found.months], [series], found.currency)
    moved = [(month.month, list(month.movements.items())) for month in reversed(found.months) if month.movements]
    return Revenue(found.currency, bars, moved)
