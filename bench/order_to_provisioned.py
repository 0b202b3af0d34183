"""From the click on an order to its ServiceProvisioned on the broker, through a driver that answers at once: one order
alone, and many at once with one, two and three workers, beside plain SQL that writes the same rows and events."""

import asyncio
from contextlib import AsyncExitStack
from statistics import median

import httpx

from bench.events import publishing
from bench.figures import BenchResult
from bench.installation import BenchInstallation
from bench.machine import cpu_seconds
from bench.ordering import Shop, click_all, hearing


async def run(installed: BenchInstallation) -> BenchResult:
    url = await asyncio.to_thread(installed.broker, "orders")
    shop = await Shop.open(installed)
    installed.stack.environment["PROVISIONING_RABBITMQ_URL"] = url
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(publishing(url))
        heard = await stack.enter_async_context(hearing(channel))
        stack.enter_context(installed.running("identity"))
        api, port = stack.enter_context(installed.serving("orders-api", "deploy.cli", "serve", "provisioning", "--api"))
        worker, _ = stack.enter_context(
            installed.serving("orders-worker", "deploy.cli", "serve", "provisioning", "--worker")
        )
        identity = await stack.enter_async_context(
            httpx.AsyncClient(base_url=installed.stack.url("identity"), timeout=30)
        )
        await click_all(shop, port, identity, heard, 5, 1)
        alone = await click_all(shop, port, identity, heard, 20, 1)
        took = [(b - a) * 1000 for a, b in alone]
        print("alone", median(took), max(took))
        for _ in range(3):
            before = [cpu_seconds(c.process.pid) for c in (api, worker)]
            found = await click_all(shop, port, identity, heard, 200, 200)
            after = [cpu_seconds(c.process.pid) for c in (api, worker)]
            took = [(b - a) * 1000 for a, b in found]
            print("200", 200 / (max(b for _, b in found) - min(a for a, _ in found)), median(took), [(b - a) * 5 for a, b in zip(before, after)])
    return BenchResult("order-to-provisioned", [])
