"""The lists of services and orders, in a workspace with 100 of each and in one with 100,000, as an admin sees them, and
a visitor of all its bill groups."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack

from bench.figures import BenchResult, Figure
from bench.hot_reads import LIMIT, Costs, measure, side
from bench.installation import BenchInstallation
from bench.reads import Who
from bench.tenants import Tenant
from services.provisioning.app import service

Queries = Mapping[Who, Sequence[str]]

_FEW_SERVICES = (
    "kind=node",
    "state=failed&limit=10",
    "kind=cloud_connection&limit=10",
    "kind=port&state=failed&limit=10",
    "sort=name&state=failed&limit=10",
    "q=heron",
    "q=zzzz",
)
_FEW_ORDERS = ("state=placed", "state=failed&limit=10", "state=failed&descending=false&limit=10", "q=zzzz")

ALIKE: Mapping[str, Queries] = {
    "services": {
        "admin": ("", "descending=false", "sort=name", "sort=name&descending=true", "kind=port", *_FEW_SERVICES),
        "visitor": ("limit=20", "descending=false&limit=20", "sort=name&limit=20", *_FEW_SERVICES),
    },
    "orders": {
        "admin": ("", "sort=placed_at&descending=false", *_FEW_ORDERS),
        "visitor": ("limit=20", "sort=placed_at&descending=false&limit=20", *_FEW_ORDERS),
    },
}
"""Pages that have as many rows in the small workspace as in the large one, and searches that find as many. A visitor's
rows are looked for in each of five bill groups, which have 20 of 100."""
_UP_TO_1000_SERVICES = ("", "count=true", "state=failed&count=true", "q=port")
_UP_TO_1000_ORDERS = ("", "count=true", "state=failed&count=true", "q=ord-1")
UP_TO_1000: Mapping[str, Queries] = {
    "services": {"admin": _UP_TO_1000_SERVICES[1:], "visitor": _UP_TO_1000_SERVICES},
    "orders": {"admin": _UP_TO_1000_ORDERS[1:], "visitor": _UP_TO_1000_ORDERS},
}
"""What goes through more rows in the large workspace, but through no more in a still larger one."""


async def run(installed: BenchInstallation) -> BenchResult:
    few, many = installed.sizes.lists
    async with AsyncExitStack() as stack:
        sides = {size: await stack.enter_async_context(side(installed, size)) for size in (few, many)}
        found = await measure(sides, service, _requests, installed.sizes.turns)
    pages = [_slowest(f"pages of {kind}, of {many:,} / of {few:,}", _of(found, kind, ALIKE), LIMIT) for kind in ALIKE]
    more = [_slowest(f"counts and searches of {kind}, up to 1,000 rows", _of(found, kind, UP_TO_1000))
            for kind in UP_TO_1000]  # fmt: skip
    return BenchResult("lists", [*pages, *more])


def _requests(_: str, tenant: Tenant) -> Iterator[tuple[Who, str, str]]:
    del tenant  # its people see all there is
    for asked in (ALIKE, UP_TO_1000):
        for kind in asked:
            for who, query in _each(asked[kind]):
                yield who, _name(kind, query, who), f"/api/provisioning/{kind}?{query}"


def _each(queries: Queries) -> Iterator[tuple[Who, str]]:
    for who, each in queries.items():
        yield from ((who, query) for query in each)


def _name(kind: str, query: str, who: Who) -> str:
    return f"{kind}?{query} ({who})"


def _of(found: Costs, kind: str, asked: Mapping[str, Queries]) -> Costs:
    return {name: found[name] for name in (_name(kind, query, who) for who, query in _each(asked[kind]))}


def _slowest(name: str, costs: Costs, at_most: float | None = None) -> Figure:
    """The largest ratio, and behind it each request with its time in the large workspace."""
    ratios = {}
    for asked, cost in costs.items():
        few, many = sorted(cost)
        ratios[f"{asked} {cost[many].fastest:.2f} ms,"] = cost[many].fastest / cost[few].fastest
    slowest_first = sorted(ratios.items(), key=lambda one: -one[1])
    behind = "; ".join(f"{asked} {ratio:.2f}" for asked, ratio in slowest_first)
    return Figure(f"{name}, the slowest", max(ratios.values()), at_most=at_most, behind=behind)
