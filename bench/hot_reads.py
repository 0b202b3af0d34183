"""Every list and every read by id, at 1,000 rows and at 100,000: a request must take the same time, by plans that read
no tenant's table from end to end. FULL=1 in the environment adds 1,000,000 rows.

Each size has databases of its own on the same server. A request is made of all sizes in turn, so that whatever else the
machine does falls on all alike."""

import importlib
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx

from bench.figures import BenchResult, Figure, Sizes, wants_millions
from bench.installation import BenchInstallation
from bench.reads import Who, requests
from bench.statements import Watch, answering, explaining, watching
from bench.tenants import Tenant, add_tenant
from deploy.demo.person import TOKEN_SECONDS
from deploy.migrating.rights import IN_TENANT, declared, tables_of
from shared.app import ServiceDefinition

MILLION = 1_000_000
WARM_UP = 6
"""After five executions PostgreSQL decides whether one plan serves all values."""
EXPLAINED = 2
"""Requests after these of which PostgreSQL tells what it does."""
SECONDS = 1.0
"""For one request of one size: a slow one is not repeated so often."""
SLOWEST = 5
LIMIT = 1.25

SERVICES_WITH_READS = ("identity", "billing", "provisioning", "audit")


@dataclass(frozen=True)
class Side:
    """A tenant in databases of its own, and the identity process of its people."""

    installed: BenchInstallation
    tenant: Tenant
    identity: httpx.AsyncClient
    tokens: dict[str, tuple[float, str]] = field(default_factory=dict)
    """By whose they are, each with when it was fetched."""


@dataclass
class Cost:
    """One request of one tenant."""

    whole: list[float] = field(default_factory=list)
    """Milliseconds of each, the first ones as well."""
    executor: list[float] = field(default_factory=list)
    """Milliseconds in PostgreSQL's executor, of each that was explained."""
    scans: set[tuple[str, str]] = field(default_factory=set)
    """Tables of tenants that were read from end to end, each with the statement."""

    @property
    def fastest(self) -> float:
        """Whatever else runs here only adds to it."""
        return min(self.whole[WARM_UP:] or self.whole[-1:])

    @property
    def fastest_in_executor(self) -> float:
        return min(self.executor[WARM_UP:] or self.executor[-1:])


Costs = dict[str, dict[int, Cost]]
"""By the request's name and the tenant's rows."""

Asked = Callable[[str, Tenant], Iterator[tuple[Who, str, str]]]
"""The requests that are made of a service for a tenant: by whom, the request's name, and its path."""


async def run(installed: BenchInstallation) -> BenchResult:
    found: Costs = {}
    async with AsyncExitStack() as stack:
        sides = {size: await stack.enter_async_context(side(installed, size)) for size in sizes(installed.sizes)}
        for service in SERVICES_WITH_READS:
            definition = importlib.import_module(f"services.{service}.app").service
            costs = await measure(sides, definition, requests, installed.sizes.turns)
            await _explain_all(costs, sides, definition, installed.sizes.turns)
            found |= costs
    return _result(found, checked=installed.sizes.explained)


def sizes(chosen: Sizes) -> tuple[int, ...]:
    return (*chosen.reads, MILLION) if chosen.explained and wants_millions() else chosen.reads


@asynccontextmanager
async def side(installed: BenchInstallation, size: int) -> AsyncIterator[Side]:
    own = await installed.with_own_databases(f"{size}")
    tenant = await add_tenant(own, size)
    with own.running("identity"):
        async with httpx.AsyncClient(base_url=own.stack.url("identity")) as identity:
            yield Side(own, tenant, identity)


async def measure(sides: Mapping[int, Side], service: ServiceDefinition, asked_of: Asked, turns: int) -> Costs:
    """How long what is asked of a service takes for the tenant of each side."""
    found: Costs = {}
    async with AsyncExitStack() as stack:
        http = {size: await stack.enter_async_context(answering(side.installed, service))
                for size, side in sides.items()}  # fmt: skip
        for name, asked in _requests(sides, service.name, asked_of):
            found[name] = costs = {size: Cost() for size in sides}
            tokens = {size: await token(sides[size], who) for size, (who, _) in asked.items()}
            for _ in _turns(turns, len(sides)):
                for size, (_, path) in asked.items():
                    costs[size].whole.append(await _milliseconds(http[size], path, tokens[size]))
    return found


async def _explain_all(found: Costs, sides: Mapping[int, Side], service: ServiceDefinition, turns: int) -> None:
    """What PostgreSQL does for each request, in requests of their own."""
    async with explaining(next(iter(sides.values())).installed, service), AsyncExitStack() as stack:
        watches = {size: await stack.enter_async_context(watching(side.installed, service))
                   for size, side in sides.items()}  # fmt: skip
        tenants = {table.name for table in tables_of(service.name) if declared(table).kind in IN_TENANT}
        for name, asked in _requests(sides, service.name, requests):
            for size, (who, path) in asked.items():
                explained = min(turns, WARM_UP + EXPLAINED)
                await _explain(
                    found[name][size], watches[size], path, await token(sides[size], who), tenants, explained
                )


def _requests(
    sides: Mapping[int, Side], service: str, asked_of: Asked
) -> Iterator[tuple[str, dict[int, tuple[str, str]]]]:
    """Each request's name, and who makes it of each size with which path."""
    for alike in zip(*(asked_of(service, side.tenant) for side in sides.values()), strict=True):
        yield alike[0][1], {size: (who, path) for size, (who, _, path) in zip(sides, alike, strict=True)}


async def token(side: Side, who: str) -> str:
    fetched_at, found = side.tokens.get(who, (-math.inf, ""))
    if time.monotonic() - fetched_at > TOKEN_SECONDS:
        found = str(await getattr(side.tenant, who).token(side.identity))
        side.tokens[who] = time.monotonic(), found
    return found


async def _milliseconds(http: httpx.AsyncClient, path: str, token: str) -> float:
    began = time.perf_counter()
    answer = await http.get(path, headers={"Authorization": f"Bearer {token}"})
    took = (time.perf_counter() - began) * 1000
    answer.raise_for_status()
    return took


async def _explain(cost: Cost, watch: Watch, path: str, token: str, tenants: set[str], turns: int) -> None:
    for _ in _turns(turns, 1):
        heard = await watch.get(path, token)
        cost.executor.append(sum(each.milliseconds for each in heard))
        cost.scans |= {(table, each.text) for each in heard for table in each.scanned & tenants}


def _turns(count: int, sides: int) -> Iterator[int]:
    """``count`` turns, or as many as begin within `SECONDS` per side."""
    began = time.monotonic()
    for turn in range(count):
        if turn and time.monotonic() - began > SECONDS * sides:
            return
        yield turn


def _result(found: Costs, *, checked: bool) -> BenchResult:
    few = min(next(iter(found.values())))
    slower = sorted(
        (_figure(name, size, cost, few, costs[few]) for name, costs in found.items()
         for size, cost in costs.items() if size != few),
        key=lambda figure: -figure.value,
    )  # fmt: skip
    scans = {name: cost.scans for name, costs in found.items() for size, cost in costs.items()
             if size != few and cost.scans}  # fmt: skip
    others = "; ".join(f"{figure.name.partition(',')[0]} {figure.value:.2f}" for figure in slower[SLOWEST:])
    figures = [
        *slower[:SLOWEST],
        Figure(f"the other {len(slower) - SLOWEST} reads, the slowest", slower[SLOWEST].value, at_most=LIMIT,
               behind=others),
        Figure("reads that scan a tenant's table", len(scans), "of all", at_most=0, behind=", ".join(scans)),
    ]  # fmt: skip
    return BenchResult("hot-reads", figures, faults=[*_faults(scans)] if checked else [])


def _figure(name: str, size: int, cost: Cost, few: int, least: Cost) -> Figure:
    return Figure(
        f"{name}, {size:,} rows / {few:,}", cost.fastest / least.fastest, at_most=LIMIT,
        behind=f"{cost.fastest:.2f} and {least.fastest:.2f} ms, in PostgreSQL"
               f" {cost.fastest_in_executor:.2f} and {least.fastest_in_executor:.2f} ms",
    )  # fmt: skip


def _faults(scans: Mapping[str, set[tuple[str, str]]]) -> Iterator[str]:
    for name, found in scans.items():
        for table, statement in sorted(found):
            yield f"{name} reads all of {table}:\n{statement.strip()}"
