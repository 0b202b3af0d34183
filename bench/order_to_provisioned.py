"""From the click on an order to its ServiceProvisioned on the broker, through a driver that answers at once: one order
alone, and many at once with one and more workers, beside plain SQL that writes the same rows and events."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from statistics import median

import httpx

from bench.events import publishing
from bench.figures import BenchResult, Figure, interleaved, percentile, ratio
from bench.installation import BenchInstallation
from bench.machine import cpu_seconds
from bench.ordering import Heard, Shop, click_all, hearing
from bench.ordering_in_sql import InSql
from deploy.local.processes import ChildProcess

WORKERS = 3
AT_ONCE = 20
"""Connections of the shop's customers: each clicks again as soon as it was answered."""


@dataclass(frozen=True)
class Spent:
    """What a number of orders took, in milliseconds."""

    until_all: float
    waits: list[float]
    """From the first click until each service was heard of."""
    processor: float
    """Per order, of the API and of the workers."""


@dataclass(frozen=True)
class Ordering:
    shop: Shop
    port: int
    identity: httpx.AsyncClient
    heard: Heard
    api: ChildProcess
    workers: list[ChildProcess]

    async def alone(self, count: int) -> list[float]:
        """Milliseconds of one order after the other."""
        clicked = await click_all(self.shop, self.port, self.identity, self.heard, count, 1)
        return [(at - clicked_at) * 1000 for clicked_at, at in clicked]

    async def at_once(self, count: int, workers: int, customers: int = 1) -> Spent:
        """While so many of the workers work; the others sleep meanwhile."""
        for sleeping in self.workers[workers:]:
            sleeping.process.send_signal(signal.SIGSTOP)
        try:
            processes = [self.api, *self.workers]
            before = sum(cpu_seconds(each.process.pid) for each in processes)
            clicked = await click_all(self.shop, self.port, self.identity, self.heard, count, AT_ONCE, customers)
            used = sum(cpu_seconds(each.process.pid) for each in processes) - before
        finally:
            for sleeping in self.workers[workers:]:
                sleeping.process.send_signal(signal.SIGCONT)
        began = min(clicked_at for clicked_at, _ in clicked)
        waits = [(at - began) * 1000 for _, at in clicked]
        return Spent(max(waits), waits, used / count * 1000)


async def run(installed: BenchInstallation) -> BenchResult:
    full = installed.sizes.explained
    url = await asyncio.to_thread(installed.broker, "orders")
    shop = await Shop.open(installed, AT_ONCE)
    settings = {"PROVISIONING_RABBITMQ_URL": url}
    async with AsyncExitStack() as stack:
        async with publishing(url):  # which makes the exchanges that the processes look for
            pass
        stack.enter_context(installed.running("identity"))
        serve = partial(installed.serving, "orders", "deploy.cli", "serve", "provisioning", settings=settings)
        api, port = stack.enter_context(serve("--api"))
        workers = [stack.enter_context(serve("--worker"))[0] for _ in range(WORKERS if full else 1)]
        # Not before they run: the loop stands still while they start, and RabbitMQ gives up on who is silent for long.
        heard = await stack.enter_async_context(hearing(await stack.enter_async_context(publishing(url))))
        base = installed.stack.url("identity")
        identity = await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=30))
        ordering = Ordering(shop, port, identity, heard, api, workers)
        await ordering.at_once(AT_ONCE, len(workers), AT_ONCE)  # opens connections, prepares statements
        in_sql = await stack.enter_async_context(InSql.of(installed, heard))
        return await _measured(installed, ordering, in_sql)


async def _measured(installed: BenchInstallation, ordering: Ordering, in_sql: InSql) -> BenchResult:
    many, rounds = (200, installed.sizes.rounds) if installed.sizes.explained else (AT_ONCE, 1)
    alone = await interleaved(rounds, {"alone": partial(ordering.alone, many // 10)})
    subjects = {str(n): partial(ordering.at_once, many, n) for n in range(1, len(ordering.workers) + 1)}
    subjects |= {"customers": partial(ordering.at_once, many, 1, AT_ONCE), "sql": partial(_in_sql, in_sql, many)}
    found = await interleaved(rounds, subjects)
    return BenchResult("order-to-provisioned", [*_alone(alone["alone"]), *_at_once(found, many)])


async def _in_sql(in_sql: InSql, orders: int) -> Spent:
    return Spent(await in_sql.milliseconds(orders), [], 0)


def _alone(rounds: list[list[float]]) -> list[Figure]:
    count = sum(map(len, rounds))
    return [
        Figure("one order alone, p50", median(percentile(each, 50) for each in rounds), "ms", at_most=60, scales=True,
               behind=f"{count} orders, slowest {max(map(max, rounds)):.0f} ms"),
        Figure("one order alone, p99", median(percentile(each, 99) for each in rounds), "ms"),
    ]  # fmt: skip


def _at_once(found: dict[str, list[Spent]], many: int) -> list[Figure]:
    per_order = {name: [spent.until_all / many for spent in turns] for name, turns in found.items()}
    one, sql, spread = found["1"], per_order.pop("sql"), per_order.pop("customers")
    rates = {name: _rate(each) for name, each in per_order.items()}
    waited = median(percentile(spent.waits, 50) for spent in one) / 1000
    figures = [
        Figure(f"{many} orders at once, each", median(per_order["1"]), "ms", at_most=10, scales=True,
               behind=f"{rates['1']}, p50 {waited:.2f} s"),
        Figure(f"{many} orders at once / plain SQL of the same rows", ratio(sql, to=per_order["1"]), at_least=0.3,
               behind=f"plain SQL {_rate(sql)}"),
        Figure(f"of {AT_ONCE} customers / of one", ratio(spread, to=per_order["1"]), behind=_rate(spread)),
        Figure("processor time of an order, API and worker", median(spent.processor for spent in one), "ms",
               at_most=10, scales=True),
    ]  # fmt: skip
    for workers, each in list(per_order.items())[1:]:
        figures.append(Figure(f"with {workers} workers / one", ratio(per_order["1"], to=each), behind=rates[workers]))
    return figures


def _rate(milliseconds: list[float]) -> str:
    return f"{1000 / median(milliseconds):,.0f}/s"
