"""The figures of the spend chart."""

from services.portal.charts import Bars, Series, stacked_bars
from services.portal.clients.figures import Spend
from services.portal.vocabulary import kind_of

COLOURS = ("c1", "c2", "c3", "c4")


def spend_chart(spend: list[Spend], currency: str) -> Bars | None:
    """The last months, one colour per kind of service; None when nothing was invoiced. One currency only: amounts in
    different currencies are never added (D20)."""
    months = next((each.months for each in spend if each.currency == currency), [])
    kinds = sorted({kind for month in months for kind in month.kinds})
    series = [
        Series(kind_of(kind).title, COLOURS[i % len(COLOURS)], [month.kinds.get(kind, 0) for month in months])
        for i, kind in enumerate(kinds)
    ]
    return stacked_bars([month.month for month in months], series, currency) if series else None
