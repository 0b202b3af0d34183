"""Sizes that follow from docs/benchmarks.md and from the assumptions below. docs/sizing.py writes them down: run
`make docs` after `python -m bench --only customer-year --write`, too."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean

from deploy.environment import SERVICES
from shared.settings import ServiceSettings

PAGE = Path(__file__).parent / "benchmarks.md"
SIZES = (1_000, 100_000, 1_000_000)
PROCESSES = ("portal", *(name for service in SERVICES for name in (service, f"{service}-worker")))

PEOPLE, VISITS, PAGES_PER_VISIT = 3, 24, 10
PER_YEAR = {
    "a customer who joins": 1,
    "a sign-in by mail": PEOPLE * VISITS,
    "an order": 4,
    "an invoice of 4 lines": 12,
    "a payment": 12,
}
"""Deeds of a customer in its first year; the years after have no joining, and cost less."""
INVOICE = "an invoice of 4 lines"
PAGES_PER_YEAR = PEOPLE * VISITS * PAGES_PER_VISIT
BUSY_HOURS, PEAK = 2_000, 4
"""All deeds of a year are spread over so many hours, and the busiest hour has this many times the average."""
RUN_HOURS = 4
"""In which all invoices of a month are made, beside the busiest hour."""
USED = 0.7
"""Of a processor, by a process in the busiest hour."""
KEPT_DAYS = 30
"""Of rows that pass through; the outbox is kept for 7, the inbox for 30."""
DIVIDED = "audit.on.all"


@dataclass(frozen=True)
class Chapter:
    pace: float
    """By which its processor times are divided to be those of the reference machine."""
    figures: Mapping[str, tuple[float, str]]

    def parts(self, name: str) -> dict[str, float]:
        """What stands behind a figure, such as ``identity 1.03, billing 1.85``."""
        return {part: float(value) for part, value in re.findall(r"([\w-]+) (-?[\d.]+)", self.figures[name][1])}


@cache
def chapters() -> dict[str, Chapter]:
    """The chapters of benchmarks.md. One that was not taken again has the pace of the whole run."""
    text = PAGE.read_text().partition("<!-- measured:")[2]
    paces = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    whole = _pace(paces[0]) or 1.0
    return {
        name: Chapter(_pace(body) or whole, _figures(body)) for name, body in zip(paces[1::2], paces[2::2], strict=True)
    }


def measured() -> bool:
    """Whether there is what all of this is computed from."""
    return "customer-year" in chapters()


def _pace(text: str) -> float | None:
    found = re.search(r"One API list takes ([\d,]+) µs .+ of a machine where it takes (\d+)", text)
    return int(found[1].replace(",", "")) / int(found[2]) if found else None


def _figures(text: str) -> dict[str, tuple[float, str]]:
    rows = re.findall(r"^\| ([^|]+?) \| (-?[\d,.]+)[^|]*\|[^|]*\|[^|]*\| ?([^|]*?) ?\|$", text, re.MULTILINE)
    return {name: (float(value.replace(",", "")), behind) for name, value, behind in rows}


def deed(name: str, what: str) -> dict[str, float]:
    """Of one deed, by process or by service; processor time in milliseconds of the reference machine."""
    year = chapters()["customer-year"]
    parts = year.parts(f"{name}, {what}")
    return {part: value / year.pace for part, value in parts.items()} if what == "processor time" else parts


@cache
def page() -> dict[str, float]:
    """Milliseconds of a page, the mean of those that are measured; PostgreSQL's by what a list costs it."""
    pages = chapters()["pages"]
    names = [name for name in pages.figures if name.endswith(" / one list") and not name.startswith("the ")]
    each = [pages.parts(name) for name in names]
    found = {part: mean(one.get(part, 0) for one in each) / pages.pace for part in ("portal", *SERVICES)}
    one_list = deed("a list", "processor time")
    lists = sum(found[service] for service in SERVICES) / sum(one_list[service] for service in SERVICES)
    return found | {"postgres": lists * one_list["postgres"]}


@dataclass(frozen=True)
class Process:
    """Of one kind, for a number of customers."""

    name: str
    cores: float
    memory_mib: int
    scaled: bool

    @property
    def replicas(self) -> int:
        """One uses at most one processor. Two, so that one may fail."""
        return max(2, math.ceil(self.cores / USED))

    @property
    def most(self) -> int:
        """Up to which the cluster scales it, if it does."""
        return self.replicas * 2 if self.scaled else self.replicas

    @property
    def request_millicores(self) -> int:
        return max(100, math.ceil(self.cores / self.replicas / USED * 20) * 50)

    @property
    def connections(self) -> int:
        """To PostgreSQL, of one process: an API's pools for changes and for lists; a worker's, with one for the relay,
        one that is woken, one for its health, and those for lists."""
        fields = ServiceSettings.model_fields
        api, worker = int(fields["api_connections"].default), int(fields["worker_connections"].default)
        if self.name == "portal":
            return 0
        return worker + 3 + api if self.name.endswith("-worker") else 2 * api


def per_second(customers: int, per_year: float) -> float:
    """In the busiest hour."""
    return customers * per_year * PEAK / (BUSY_HOURS * 3600)


def cores(customers: int, process: str) -> float:
    """In the busiest hour, while the month's invoices are made."""
    found = per_second(customers, PAGES_PER_YEAR) * page().get(process, 0)
    for name, times in PER_YEAR.items():
        milliseconds = deed(name, "processor time").get(process, 0)
        found += milliseconds * (customers / (RUN_HOURS * 3600) if name == INVOICE else per_second(customers, times))
    return found / 1000 + resting(process)


def resting(process: str) -> float:
    year = chapters()["customer-year"]
    return year.parts("at rest, processor time per second")[process] / 1000 / year.pace


@dataclass(frozen=True)
class Size:
    """What so many customers take."""

    customers: int

    @property
    def processes(self) -> list[Process]:
        held = chapters()["customer-year"].parts("memory of the processes (RSS)")
        return [
            Process(name, cores(self.customers, name), _up(held[name] * 1.25, 16), self.scaled) for name in PROCESSES
        ]

    @property
    def scaled(self) -> bool:
        """Whether the cluster may start more processes by itself."""
        return self.customers > SIZES[0]

    @property
    def cores(self) -> float:
        return sum(each.cores for each in self.processes)

    @property
    def memory_gib(self) -> float:
        return sum(each.replicas * each.memory_mib for each in self.processes) / 1024

    @property
    def connections(self) -> int:
        return sum(each.most * each.connections for each in self.processes)

    @property
    def max_connections(self) -> int:
        return _up(self.connections * 1.1 + 20, 50)

    def disk_gib(self, service: str) -> float:
        """A year's rows, with indexes; or files."""
        return self.customers * per_customer(service) / 2**20

    @property
    def passing_gib(self) -> float:
        total = sum(times * sum(deed(name, "passing through").values()) for name, times in PER_YEAR.items())
        return self.customers * total * KEPT_DAYS / 365 / 2**20

    @property
    def events_per_second(self) -> float:
        made = sum(deed(INVOICE, "events").values()) * self.customers / (RUN_HOURS * 3600)
        others = {name: times for name, times in PER_YEAR.items() if name != INVOICE}
        return made + sum(
            per_second(self.customers, n) * sum(deed(name, "events").values()) for name, n in others.items()
        )

    @property
    def pages_per_second(self) -> float:
        return per_second(self.customers, PAGES_PER_YEAR)

    @property
    def parts(self) -> int:
        """Of the queue that gets every event: twice as many as workers that read it, once one is not enough."""
        [audit] = [each for each in self.processes if each.name == "audit-worker"]
        return 0 if audit.replicas <= 2 and audit.cores < USED / 2 else min(64, audit.most)


def per_customer(service: str) -> float:
    """KiB a year."""
    return sum(times * deed(name, "on disk")[service] for name, times in PER_YEAR.items())


def _up(value: float, step: int) -> int:
    return math.ceil(value / step) * step
