"""docker-compose.pgbouncer.yml on top: everything but the relays goes through PgBouncer in transaction mode."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.demo import companies
from deploy.waiting import eventually
from tests.containers.composed import WITHOUT_DEMO, Composed, composed
from tests.harness.installation import DemoUser

REQUESTS, AT_ONCE = 300, 20
HOW = """
SELECT client_addr = inet '{0}' AS pooled, count(*) FROM pg_stat_activity WHERE usename LIKE 'portico_%' GROUP BY 1
"""


@pytest.fixture(scope="module")
async def pooled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    files = (*WITHOUT_DEMO, "docker-compose.pgbouncer.yml")
    secrets = tmp_path_factory.mktemp("pgbouncer") / ".env"
    async with composed(secrets, files, PORTICO_DATABASE_HOST="pgbouncer", BILLING_REPLICAS="2") as found:
        yield found


async def test_requests_are_served_events_arrive_and_everything_holds(pooled: Composed) -> None:
    robin = await pooled.signed_in(companies.ROBIN.address)

    assert await ask(pooled, robin) == {200: REQUESTS}
    kind = {"key": "node", "display_name": "Node", "kind": "node", "driver": "simulator"}
    await robin.post("/api/provisioning/products", kind | {"configuration_schema": {"type": "object"}})
    await eventually(lambda: logged(robin), "the event is in the log", seconds=60, pause=0.5)
    assert "Everything holds." in await pooled.portico("verify", "--patience", "30")


async def test_only_the_workers_sessions_go_to_postgresql_itself(pooled: Composed) -> None:
    [bouncer] = pooled.stack.containers("pgbouncer")
    [address] = [each["IPAddress"] for each in bouncer["NetworkSettings"]["Networks"].values()]

    said = pooled.stack("exec", "-T", "postgres", "psql", "-U", "postgres", "-At", "-c", HOW.format(address))

    counts = dict(line.split("|") for line in said.splitlines())
    assert int(counts["f"]) == 2 * 5, "the relay's and the listening one of each worker"
    assert 0 < int(counts["t"]) <= 80


async def logged(person: DemoUser) -> bool:
    entries = (await person.get("/api/audit/entries"))["items"]
    return any(each["action"] == "provisioning.product_published" for each in entries)


async def ask(pooled: Composed, person: DemoUser) -> Counter[int]:
    """What lists of two services answer, so many at once and slower than the gateway's limit."""
    seen: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=pooled.site.http.base_url, timeout=30) as http:
        for start in range(0, REQUESTS, AT_ONCE):
            headers = await person._authorization()
            path = ("/api/billing/plans", "/api/identity/customers")[start // AT_ONCE % 2]
            answers = await asyncio.gather(*(http.get(path, headers=headers) for _ in range(AT_ONCE)))
            seen.update(answer.status_code for answer in answers)
            await asyncio.sleep(0.25)
    return seen
