"""The result of a benchmark: figures with their limits, and the absolute numbers behind them."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Sizes:
    """How much is measured. The small sizes show that a benchmark runs; their numbers mean nothing."""

    rounds: int
    """How often each subject is measured; figures are medians over the rounds."""
    request_seconds: float
    invoices: int
    """Of the large tenant."""
    messages: int
    event_seconds: float
    revoke_seconds: float
    grants: int
    starts: int
    services: int
    """How many services' starts are timed."""
    idle_seconds: float
    cuts: int
    """How often all connections to the broker are cut."""
    rows: int
    """Of each list of a page, in the smaller company."""
    products: int
    """In the catalogue, in the smaller of two."""
    page_seconds: float
    page_rounds: int
    reads: tuple[int, ...]
    """Rows of the tenants whose reads are compared."""
    lists: tuple[int, int]
    """Services and orders of the workspaces whose lists are compared."""
    customers: tuple[int, ...]
    """Of the parents whose Customers page is read."""
    on_behalf: int
    """Sessions in which people work on behalf while one of them loses the right to."""
    turns: int
    """How often each of these reads is done, the first ones uncounted."""
    exported: int
    """Rows of a list that is exported."""
    printed: int
    """Large invoices that are printed while a list is read."""
    listed: int
    """How often that list is read alone."""
    warmed: bool
    """Whether each page is opened in the browser once before it is measured."""
    explained: bool
    """Whether a sequential scan is an error: the small tables are read from end to end, as they should be."""


FULL = Sizes(rounds=4, request_seconds=1.2, invoices=100_000, messages=10_000, event_seconds=2, revoke_seconds=3,
             grants=100_000, starts=4, services=5, idle_seconds=3, cuts=10, rows=20, products=30, page_seconds=0.5,
             page_rounds=3, reads=(1_000, 100_000), lists=(100, 100_000),
             customers=(100, 10_000, 100_000), on_behalf=500, turns=20, exported=50_000, printed=20,
             listed=300, warmed=True, explained=True)  # fmt: skip
SMOKE = Sizes(rounds=1, request_seconds=0.05, invoices=500, messages=200, event_seconds=0.1, revoke_seconds=0.1,
              grants=1_000, starts=1, services=1, idle_seconds=0, cuts=2, rows=2, products=2, page_seconds=0.02,
              page_rounds=1, reads=(50, 200), lists=(20, 50),
              customers=(20, 40), on_behalf=5, turns=1, exported=1_000, printed=1, listed=5,
              warmed=False, explained=False)  # fmt: skip


def wants_millions() -> bool:
    """Whether FULL=1 asks for chapters with a million rows, too."""
    return bool(os.environ.get("FULL"))


@dataclass(frozen=True)
class Figure:
    """One number, its lower or upper limit, and the absolute numbers behind it."""

    name: str
    value: float
    unit: str = "x"
    at_least: float | None = None
    at_most: float | None = None
    behind: str = ""
    scales: bool = False
    """Whether the limit is a time that the processor decides, see `bench.pace`."""

    @property
    def limit(self) -> str:
        if self.at_least is not None:
            return f"≥ {_number(self.at_least)} {self.unit}"
        return "" if self.at_most is None else f"≤ {_number(self.at_most)} {self.unit}"

    @property
    def measured(self) -> str:
        return f"{_number(self.value)} {self.unit}"

    @property
    def verdict(self) -> str:
        """Whether the limit is met; empty for a figure without a limit, which is there for comparison."""
        if not self.limit:
            return ""
        low = self.at_least is not None and self.value < self.at_least
        high = self.at_most is not None and self.value > self.at_most
        return "missed" if low or high else "met"


@dataclass
class BenchResult:
    """All figures of one benchmark, and the machine's load meanwhile."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    load: str = ""
    seconds: float = 0
    faults: list[str] = field(default_factory=list)
    """What makes the whole run an error, whatever its figures."""


async def interleaved(rounds: int, subjects: Mapping[str, Callable[[], Awaitable[T]]]) -> dict[str, list[T]]:
    """Every subject measured once per round, in rotating order, so that disturbances affect all subjects alike."""
    found: dict[str, list[T]] = {name: [] for name in subjects}
    names = list(subjects)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found[name].append(await subjects[name]())
    return found


def ratio(these: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios per round: values are compared only within their round."""
    return median(a / b for a, b in zip(these, to, strict=True))


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100).__int__() - 1)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
