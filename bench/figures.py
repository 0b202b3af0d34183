"""What a bench hands in: figures with their limits, and the absolute numbers behind them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Sizes:
    """How much is measured. The small ones show that a bench runs; their numbers mean nothing."""

    rounds: int
    """How often each subject takes its turn; figures are medians over the rounds."""
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
    """How often the connections to the broker are cut."""


FULL = Sizes(rounds=5, request_seconds=2, invoices=1_000_000, messages=10_000, event_seconds=3, revoke_seconds=3,
             grants=100_000, starts=5, services=5, idle_seconds=3, cuts=20)  # fmt: skip
SMOKE = Sizes(rounds=1, request_seconds=0.05, invoices=500, messages=200, event_seconds=0.1, revoke_seconds=0.1,
              grants=1_000, starts=1, services=1, idle_seconds=0, cuts=2)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One number, what it has to be at least or at most, and what it was made from."""

    name: str
    value: float
    unit: str = "x"
    at_least: float | None = None
    at_most: float | None = None
    behind: str = ""

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
        """Whether the limit holds; what has none is there for comparison."""
        if not self.limit:
            return ""
        low = self.at_least is not None and self.value < self.at_least
        high = self.at_most is not None and self.value > self.at_most
        return "missed" if low or high else "met"


@dataclass
class Chapter:
    """All figures of one bench, and how busy the machine was meanwhile."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    load: str = ""
    seconds: float = 0


async def interleaved(rounds: int, subjects: Mapping[str, Callable[[], Awaitable[T]]]) -> dict[str, list[T]]:
    """Every subject measured once a round, in turning order: what disturbs the machine disturbs all of them."""
    found: dict[str, list[T]] = {name: [] for name in subjects}
    names = list(subjects)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found[name].append(await subjects[name]())
    return found


def ratio(these: Sequence[float], to: Sequence[float]) -> float:
    """The median of the rounds' ratios: each round is compared with itself alone."""
    return median(a / b for a, b in zip(these, to, strict=True))


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100).__int__() - 1)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
