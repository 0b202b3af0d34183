"""What the lines of an offer cost, rounded as the lines of invoices are (D20). Nothing here reads the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.billing.money import Money, total
from services.billing.prices import price_of_all, price_of_one, priced_fields


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Of one line. Fields are named like the columns of `QuoteLine`."""

    unit_minor: int
    net_minor: int
    tax_minor: int
    once_unit_minor: int
    once_net_minor: int
    once_tax_minor: int


@dataclass(frozen=True, slots=True)
class Interval:
    """What all lines with this interval cost for each of it."""

    interval_months: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    once_net_minor: int
    once_tax_minor: int
    recurring: tuple[Interval, ...]
    """The shortest first."""
    gross_minor: int
    """What is paid once, and for one interval of each line, with tax."""


def amounts_of(
    plan: Mapping[str, Any], numbers: Mapping[str, int], quantity: int, currency: str, tax_percent: Decimal
) -> LineAmounts:
    """Of a quantity at the prices of a plan, with the whole numbers of its configuration, by field."""
    one = price_of_one(plan["recurring_minor"], priced_fields(plan["field_prices"], numbers))
    recurring = price_of_all(one, quantity, currency)
    once = price_of_all(plan["one_off_minor"], quantity, currency)
    return LineAmounts(
        unit_minor=one, net_minor=recurring.minor, tax_minor=recurring.percent(tax_percent).minor,
        once_unit_minor=plan["one_off_minor"], once_net_minor=once.minor,
        once_tax_minor=once.percent(tax_percent).minor,
    )  # fmt: skip


def totals_of(lines: Sequence[tuple[int, LineAmounts]], currency: str) -> Totals:
    """The sums of the amounts that lines show, each with the months of its interval."""

    def added(amounts: Sequence[int]) -> int:
        return total((Money(each, currency) for each in amounts), currency).minor

    months = sorted({interval for interval, _ in lines})
    recurring = tuple(
        Interval(
            interval,
            added([line.net_minor for of, line in lines if of == interval]),
            added([line.tax_minor for of, line in lines if of == interval]),
        )
        for interval in months
    )
    once_net, once_tax = (
        added([line.once_net_minor for _, line in lines]),
        added([line.once_tax_minor for _, line in lines]),
    )
    paid_first = [once_net, once_tax, *(part for each in recurring for part in (each.net_minor, each.tax_minor))]
    return Totals(once_net, once_tax, recurring, added(paid_first))


def numbers_in(configuration: Mapping[str, Any]) -> dict[str, int]:
    """The whole numbers of a configuration that a plan can charge for, by field."""
    return {name: value for name, value in configuration.items() if type(value) is int and 0 <= value < 10**8}
