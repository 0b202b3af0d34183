"""Three of each process of a service with small pools: requests wait for a connection, and none is refused."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from deploy.connections import Pools, pools_of
from deploy.environment import ROOT
from deploy.local.processes import ChildProcess, free_port, spawn
from deploy.waiting import eventually
from tests.faults.orders import PROVIDER
from tests.harness.installation import DemoUser, Installation

REPLICAS, AT_ONCE, ROUNDS = 3, 30, 8
POOLS = {"BILLING_API_CONNECTIONS": "2", "BILLING_WORKER_CONNECTIONS": "2"}
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'portico_billing' AND usename LIKE 'portico_billing_%'"


@dataclass
class Replicas:
    urls: list[str]
    children: list[ChildProcess]


@pytest.fixture
async def three(installed: Installation) -> AsyncIterator[Replicas]:
    """Three APIs and three workers of billing, apart, beside what runs."""
    found = Replicas([], [])
    environment = installed.stack.environment | POOLS
    for kind in ("--api", "--worker") * REPLICAS:
        port = free_port()
        command = [sys.executable, "-m", "deploy.cli", "serve", "billing", kind, "--port", str(port)]
        log = installed.stack.directory / "log" / f"billing{kind}-{port}.log"
        found.children.append(spawn(f"billing {kind}", command, log, environment, cwd=ROOT))
        found.urls += [f"http://127.0.0.1:{port}"] * (kind == "--api")
    async with httpx.AsyncClient() as http:
        for url in found.urls:
            await eventually(lambda url=url: answers(http, url), "it is ready", seconds=60, pause=0.2)
    try:
        yield found
    finally:
        for child in found.children:
            child.ask_to_stop()
        for child in found.children:
            await asyncio.to_thread(child.stop)


async def answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url + "/readyz")).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.procedures
async def test_three_of_each_under_load_refuse_nobody_and_stay_within_the_formula(
    installed: Installation, three: Replicas
) -> None:
    robin, before = await installed.signed_in(PROVIDER), await opened(installed)
    others = Pools().of_both  # of the process that ran before

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=200)) as http:
        load = asyncio.create_task(ask_all(http, three.urls, robin))
        most = 0
        while not load.done():
            most = max(most, await opened(installed))
            await asyncio.sleep(0.05)

    pools = pools_of("billing", POOLS)
    assert await load == {200: AT_ONCE * ROUNDS * REPLICAS}
    assert before < most <= others + REPLICAS * (pools.of_api + pools.of_worker)


async def opened(installed: Installation) -> int:
    async with installed.database("billing") as database:
        found: int = await database.fetchval(OPEN)
        return found


async def ask_all(http: httpx.AsyncClient, urls: list[str], person: DemoUser) -> Counter[int]:
    """Reads of the two pools, so many at once at each API."""
    seen: Counter[int] = Counter()
    for number in range(ROUNDS):
        headers = await person._authorization()
        path = ("/api/billing/plans", "/api/billing/mrr")[number % 2]
        answered = await asyncio.gather(*(http.get(url + path, headers=headers) for url in urls * AT_ONCE))
        seen.update(answer.status_code for answer in answered)
    return seen
