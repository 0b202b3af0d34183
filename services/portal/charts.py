"""Geometry of charts in percent: the server draws SVG, which scales to every width without a script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

BAR_WIDTH = 0.52
"""The share of a column's width that its bar fills."""
TICKS = 4
ROUND_NUMBERS = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
"""Top values of an axis that four ticks divide into round numbers."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    colour: str
    values: list[int]


@dataclass(frozen=True, slots=True)
class Segment:
    series: Series
    value: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    month: date
    x: float
    total: int
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class Tick:
    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Bars:
    currency: str
    width: float
    series: list[Series]
    columns: list[Column]
    ticks: list[Tick]


def stacked_bars(months: Sequence[date], series: list[Series], currency: str) -> Bars:
    """Amounts in minor units, one column per month, the series stacked."""
    totals = [sum(one.values[i] for one in series) for i in range(len(months))]
    top = round_up(max(totals))
    slot = 100 / len(months)
    columns = [
        Column(month, round((i + (1 - BAR_WIDTH) / 2) * slot, 3), totals[i], _stack(series, i, top))
        for i, month in enumerate(months)
    ]
    ticks = [Tick(round(top * i / TICKS), 100 - 100 * i / TICKS) for i in range(TICKS, -1, -1)]
    return Bars(currency, round(slot * BAR_WIDTH, 3), series, columns, ticks)


def _stack(series: list[Series], index: int, top: int) -> list[Segment]:
    y, segments = 100.0, []
    for one in series:
        height = max(one.values[index], 0) / top * 100  # more may be given back in a month than is billed
        y -= height
        if height:
            segments.append(Segment(one, one.values[index], round(y, 3), round(height, 3)))
    return segments


def round_up(value: float) -> int:
    """The next higher value that an axis may end with."""
    if value <= 0:
        return 1
    power = 10 ** math.floor(math.log10(value))
    top: float = next(factor * power for factor in ROUND_NUMBERS if factor * power >= value)
    return math.ceil(top)
