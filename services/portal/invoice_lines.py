"""The lines of an invoice, issued or estimated, in the reader's words: the days of each, and the tax of each rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.portal.clients.billing import Line, NextInvoice
from services.portal.vocabulary import interval
from shared.language import formats
from shared.language import gettext as _


def days_of(line: Line, currency: str) -> str:
    """The days that a line is for, and how its amount follows from the price where they are a part of the interval."""
    if line.kind == "one_off":
        return _("One time, %(day)s", day=formats.day(line.period_from))
    period = _("%(first)s – %(last)s", first=formats.day(line.period_from), last=formats.day(line.period_to))
    if line.days is None or line.whole_days is None or line.interval_months is None or line.days == line.whole_days:
        return period
    return _(
        "%(period)s: %(days)s of %(whole)s days of %(price)s %(interval)s",
        period=period,
        days=formats.number(line.days),
        whole=formats.number(line.whole_days),
        price=formats.money(line.unit_minor, currency),
        interval=interval(line.interval_months),
    )


def told_lines(lines: Sequence[Line], currency: str) -> list[tuple[Line, str]]:
    """Each line with the days that it is for."""
    return [(line, days_of(line, currency)) for line in lines]


def name_of_tax(rate: Decimal) -> str:
    return _("Tax %(rate)s", rate=_percent(rate))


def _percent(rate: Decimal) -> str:
    return _("%(rate)s %%", rate=formats.number(rate))


@dataclass(frozen=True, slots=True)
class Estimate:
    """The next invoice of a bill group, as a page shows it."""

    invoice: NextInvoice
    lines: Sequence[tuple[Line, str]]
    """The first ones, each with the days that it is for."""
    taxes: Sequence[tuple[str, int]]
    """The tax of each rate, in minor units."""

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return self.invoice.line_count - len(self.lines)


def estimate_of(invoice: NextInvoice) -> Estimate:
    taxes = [(name_of_tax(tax.rate), tax.tax_minor) for tax in invoice.taxes if tax.rate or tax.tax_minor]
    return Estimate(invoice, told_lines(invoice.lines, invoice.currency), taxes)
