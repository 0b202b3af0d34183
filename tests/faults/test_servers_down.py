"""RabbitMQ, PostgreSQL and the mail server are down: requests are answered, and waiting work is done afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from deploy.local.external import ExternalPostgres, ExternalRabbitMQ
from deploy.local.server import Server
from deploy.local.stack import PROCESSES
from deploy.waiting import eventually
from tests.faults.orders import (
    CUSTOMER,
    OPS,
    ORDERS,
    PATIENCE_SECONDS,
    PAUSE_SECONDS,
    effects_of,
    fulfilled,
    offer,
    place_order,
    settle,
)
from tests.harness.installation import DemoUser, Installation

READS = (
    "/api/billing/invoices",  # without the ORM
    "/api/billing/subscriptions",
    "/api/provisioning/orders",
    "/api/audit/entries",
    "/api/identity/contacts",
)


@asynccontextmanager
async def down(server: Server) -> AsyncIterator[None]:
    """Stop the server for the block; its data stays."""
    if isinstance(server, ExternalPostgres | ExternalRabbitMQ):
        pytest.skip("a server that was given by its URL is not ours to stop")
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        server.begin()  # in the main thread, since the kernel ends the child with the thread that started it
        await asyncio.to_thread(server.wait)


async def test_while_rabbitmq_is_down_requests_succeed_and_their_events_follow(installed: Installation) -> None:
    daniel = await installed.signed_in(CUSTOMER)
    body = await offer(installed, step_seconds=0.1)

    async with down(installed.stack.servers.rabbitmq):
        orders = [await daniel.post(ORDERS, body) for _ in range(3)]
        await eventually(lambda: all_fulfilled(installed, orders), seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
        reads = [(await daniel.refused("GET", path)).status_code for path in READS]
        await everybody_knocks_in_vain(installed.stack.servers.rabbitmq.port)
        untold = [await effects_of(installed, order["id"]) for order in orders]
    await settle(installed)

    assert reads == [200] * len(READS)
    assert [(effects.audit_entries, effects.mails) for effects in untold] == [({}, [])] * 3, "it was down indeed"
    for order in orders:
        effects = await effects_of(installed, order["id"])
        assert (effects.subscriptions, effects.billing_starts, len(effects.mails)) == (1, 1, 1)
        assert set(effects.audit_entries.values()) == {1}


async def everybody_knocks_in_vain(port: int) -> None:
    """Wait until every process has tried to reconnect to the stopped server, on average more than once."""
    knocks = 0

    def turn_away(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal knocks
        knocks += 1
        writer.transport.abort()

    async with await asyncio.start_server(turn_away, "127.0.0.1", port):
        await eventually(lambda: knocks > 2 * len(PROCESSES), seconds=PATIENCE_SECONDS)


async def all_fulfilled(installed: Installation, orders: list[dict[str, Any]]) -> bool:
    return all([await fulfilled(installed, order["id"]) for order in orders])


@dataclass
class Answers:
    """The responses to people who keep sending requests."""

    statuses: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def note(self, answer: httpx.Response) -> None:
        self.statuses.add(answer.status_code)
        as_it_should = answer.is_success or (answer.status_code == 503 and "retry-after" in answer.headers)
        if not as_it_should:
            self.wrong.append(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")


async def keep_asking(installed: Installation, headers: dict[str, str], path: str, answers: Answers) -> None:
    while True:
        answers.note(await installed.site.http.get(path, headers=headers))
        await asyncio.sleep(0.05)


async def keep_ordering(installed: Installation, customer: DemoUser, body: dict[str, Any], orders: list[str]) -> None:
    while True:
        orders.append(await place_order(installed, customer, body))
        await asyncio.sleep(1)


async def test_while_postgresql_restarts_answers_are_503_with_retry_after_and_then_all_is_well(
    installed: Installation,
) -> None:
    daniel = await installed.signed_in(CUSTOMER)
    body = await offer(installed, step_seconds=0.1)
    headers, answers, orders = await daniel._authorization(), Answers(), list[str]()

    asking = [asyncio.create_task(keep_asking(installed, headers, path, answers)) for path in READS]
    ordering = asyncio.create_task(keep_ordering(installed, daniel, body, orders))
    await eventually(lambda: orders, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    async with down(installed.stack.servers.postgres):
        await eventually(lambda: 503 in answers.statuses, seconds=PATIENCE_SECONDS)
    placed = len(orders)
    await eventually(lambda: len(orders) > placed, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    for task in (*asking, ordering):
        task.cancel()
    ends = await asyncio.gather(*asking, ordering, return_exceptions=True)
    await settle(installed)

    assert {type(end) for end in ends} == {asyncio.CancelledError}
    assert answers.wrong == []
    assert answers.statuses == {200, 503}, "it was down indeed, and is back"
    for order_id in orders:
        effects = await effects_of(installed, order_id)
        assert (effects.services, effects.subscriptions, len(effects.mails)) == (1, 1, 1)
    for name in installed.stack.ports:
        assert (await installed.site.http.get(f"{installed.stack.url(name)}/healthz")).status_code == 200, name


async def test_while_the_mail_server_refuses_mail_waits_and_then_comes_once(installed: Installation) -> None:
    daniel = await installed.signed_in(CUSTOMER)
    body = await offer(installed, step_seconds=0.1)
    before = len(await installed.mails(OPS))

    await installed.site.mail.post("/api/outage", json={"on": True})
    try:
        order = await daniel.post(ORDERS, body)

        async def deferred() -> bool:
            async with installed.database("notifications") as database:
                query = "SELECT 1 FROM deliveries d JOIN messages m ON m.id = d.message_id " \
                    "WHERE m.facts->>'order_id' = $1 AND d.state = 'deferred'"  # fmt: skip
                return bool(await database.fetchval(query, order["id"]))

        await eventually(deferred, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
        assert len(await installed.mails(OPS)) == before
    finally:
        await installed.site.mail.post("/api/outage", json={"on": False})
    await settle(installed)

    assert len((await effects_of(installed, order["id"])).mails) == 1
    assert len(await installed.mails(OPS)) == before + 1
