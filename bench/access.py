"""Revoking a link: the time from identity's response until billing refuses what is sent, through the broker, without
and under load; and the cost of a check among many grants of others."""

import asyncio
import time
from contextlib import AsyncExitStack
from functools import partial
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from pydantic import SecretStr

from bench.figures import BenchResult, Figure, interleaved, percentile, ratio
from bench.http_load import SequentialClient, Task, load
from bench.installation import BenchInstallation
from bench.people import Person, Workspace, add_person, add_workspace, provider_of
from deploy.environment import api_url, setting
from shared.auth.access import AccessChecker
from shared.auth.tokens import TokenVerifier
from shared.db import make_pool

LIST = "/api/billing/invoices?limit=20"
REFUSED = {401, 403}
CHECKS = 2_000
AT_ONCE = 4
FEW = 10

BILL_GROUPS = 1_000
VISITORS = 10
"""Per bill group."""

_GRANTS = """
INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'regular', 'membership' FROM generate_series(1, $1)
"""
_VISITORS = """
INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source, bill_group_id)
SELECT gen_random_uuid(), gen_random_uuid(), $1, 'regular', 'membership', g.id
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $2::integer)) g, generate_series(1, $3::integer)
"""


_LINK = """
INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, parent_workspace_id)
VALUES (gen_random_uuid(), $1, $2, 'regular', 'link', now(), $3)
"""
_OPEN = "SELECT count(*) FROM sessions WHERE acting_workspace_id = $1 AND user_id = ANY($2) AND ended_at IS NULL"


async def run(installed: BenchInstallation) -> BenchResult:
    async with installed.database("identity") as database:
        partner = await add_workspace(database, "partner", await provider_of(database))
        customer = await add_workspace(database, "customer", partner)
        ana, tom = await add_person(database, partner, "admin"), await add_person(database, partner, "regular")
    with installed.running("identity", "billing"):
        async with (
            httpx.AsyncClient(base_url=installed.stack.url("identity"), timeout=10) as identity,
            SequentialClient(installed.stack.ports["billing"]) as billing,
        ):
            revoking = Revoking(identity, billing, customer, ana, tom)
            alone, loaded = await _alone_and_under_load(installed, revoking, ana)
            checks = await _checks(installed, identity, ana)
            among = await _among_open_sessions(installed, revoking, customer, partner)
    refused = [_refusals("alone", alone, 25), _refusals("under load", loaded, 1000), among]
    return BenchResult("access", [*refused, *checks])


class Revoking:
    """An admin links a user to a customer, the user works there on behalf, and the admin removes the link."""

    def __init__(
        self, identity: httpx.AsyncClient, billing: SequentialClient, customer: Workspace, admin: Person, user: Person
    ) -> None:
        self.identity = identity
        self._billing, self._customer, self._admin, self._user = billing, customer, admin, user

    def through(self, billing: SequentialClient) -> "Revoking":
        """The same with another connection: billing closes one that nobody uses for a while."""
        return Revoking(self.identity, billing, self._customer, self._admin, self._user)

    async def for_a_while(self, seconds: float) -> list[float]:
        """Repeats it; milliseconds from identity's response until the first request was sent that billing refused."""
        over = time.perf_counter() + seconds
        found: list[float] = []
        while time.perf_counter() < over or not found:
            link = await self._link()
            token = await self._user.token(self.identity)
            assert await self._billing.status(LIST, token) == 200
            await self._send("DELETE", f"links/{link['id']}", self._admin)
            answered = sent = time.perf_counter()
            while await self._billing.status(LIST, token) not in REFUSED:
                await asyncio.sleep(0.001)
                sent = time.perf_counter()
            found.append((sent - answered) * 1000)
        return found

    async def _link(self) -> Any:
        ids = {"customer_id": str(self._customer.id), "user_id": str(self._user.id)}
        link = await self._send("POST", "links", self._admin, ids)
        await self._send("PATCH", f"links/{link['id']}", self._admin, {"role": "regular"})
        await self.work_on_behalf(self._user)
        return link

    async def work_on_behalf(self, person: Person) -> None:
        await self._send("POST", "on-behalf", person, {"workspace": self._customer.slug})

    async def _send(self, method: str, path: str, person: Person, body: dict[str, str] | None = None) -> Any:
        headers = {
            "Authorization": f"Bearer {await person.token(self.identity)}",
            "Idempotency-Key": str(uuid4()),
        }
        answer = await self.identity.request(method, f"/api/identity/{path}", json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None


async def _alone_and_under_load(
    installed: BenchInstallation, revoking: Revoking, reader: Person
) -> tuple[list[list[float]], list[list[float]]]:
    """The load is eight connections that list billing's invoices without a pause, as a busy portal would."""
    seconds = installed.sizes.revoke_seconds

    async def under_load() -> list[float]:
        token = await reader.token(revoking.identity)
        task = Task(installed.stack.ports["billing"], LIST, seconds, token)
        _, found = await asyncio.gather(load(task), revoking.for_a_while(seconds))
        return found

    found = await interleaved(
        installed.sizes.rounds, {"alone": lambda: revoking.for_a_while(seconds), "loaded": under_load}
    )
    return found["alone"], found["loaded"]


async def _among_open_sessions(
    installed: BenchInstallation, revoking: Revoking, customer: Workspace, partner: Workspace
) -> Figure:
    """The same while many others work on behalf of the customer, and one of them lists its invoices without a pause."""
    many, seconds = installed.sizes.on_behalf, installed.sizes.revoke_seconds
    async with installed.database("identity") as database:
        people = [await add_person(database, partner, "regular") for _ in range(many)]
        for person in people:
            await database.execute(_LINK, person.id, customer.id, partner.id)
    for person in people:
        await revoking.work_on_behalf(person)
    async with installed.database("identity") as database:
        opened = await database.fetchval(_OPEN, customer.id, [person.id for person in people])
    assert opened == many, f"{opened} of {many} people work on behalf"
    found: list[list[float]] = []
    for _ in range(installed.sizes.rounds):
        async with SequentialClient(installed.stack.ports["billing"]) as billing:
            token = await people[-1].token(revoking.identity)
            task = Task(installed.stack.ports["billing"], LIST, seconds, token)
            _, took = await asyncio.gather(load(task), revoking.through(billing).for_a_while(seconds))
        found.append(took)
    return _refusals(f"among {many:,} open sessions on behalf", found, 1000)


async def _checks(installed: BenchInstallation, identity: httpx.AsyncClient, person: Person) -> list[Figure]:
    """The same check in three services: with few grants, with very many, and with very many in the person's own
    workspace, whose bill groups have visitors."""
    few, many = FEW, installed.sizes.grants
    for service, count in (("notifications", few), ("audit", many)):
        async with installed.database(service) as database:
            await database.execute(_GRANTS, count)
            await database.execute("VACUUM ANALYZE access_grants")
    groups = min(BILL_GROUPS, many)
    async with installed.database("provisioning") as database:
        await database.execute(_VISITORS, person.workspace.id, groups, VISITORS)
        await database.execute("VACUUM ANALYZE access_grants")
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient())
        token = await person.token(identity)
        checks = {}
        for service in ("notifications", "audit", "provisioning"):
            pool = await make_pool(api_url(service), AT_ONCE)
            stack.callback(pool.terminate)
            checks[service] = partial(_milliseconds_per_check, http, pool, token)
        found = await interleaved(installed.sizes.rounds, checks)
    return [
        Figure(f"a check {where} / among {few}", ratio(found[service], to=found["notifications"]), at_most=1.5,
               behind=f"{median(found[service]):.2f} and {median(found['notifications']):.2f} ms")
        for service, where in (("audit", f"among {many:,} grants"),
                               ("provisioning", f"in a workspace with {groups:,} bill groups of {VISITORS} visitors"))
    ]  # fmt: skip


async def _milliseconds_per_check(http: httpx.AsyncClient, pool: asyncpg.Pool, token: str) -> float:
    """The mean of many checks, some of them concurrent: one at a time would measure how soon an idle processor wakes.
    The first check is not counted: it fetches the key, and in the first turn the person's grants as well."""
    identity_url = setting("PORTICO_IDENTITY_URL")
    verifier = TokenVerifier(identity_url, http)
    checker = AccessChecker(verifier, http, identity_url, SecretStr(setting("PORTICO_SERVICE_KEY")))
    await checker.check(token, pool)

    async def some() -> None:
        for _ in range(CHECKS // AT_ONCE):
            await checker.check(token, pool)

    began = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return (time.perf_counter() - began) * 1000 / CHECKS


def _refusals(when: str, found: list[list[float]], limit: float) -> Figure:
    took = [each for turn in found for each in turn]
    behind = f"p50 {percentile(took, 50):.1f} ms, slowest {max(took):.1f} ms of {len(took)}"
    return Figure(f"revoked to refused, {when}, p99", percentile(took, 99), "ms", at_most=limit, behind=behind,
                  scales=True)  # fmt: skip
