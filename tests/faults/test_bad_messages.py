"""Poison messages and events of newer versions on a real queue: dead-lettered, not blocking, and replayed by an
operator."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractChannel

from deploy.waiting import eventually
from shared.messaging.connection import connect
from shared.messaging.topology import dead_letters
from tests.faults.orders import (
    CUSTOMER,
    ORDERS,
    PATIENCE_SECONDS,
    PAUSE_SECONDS,
    at_rest,
    effects_of,
    offer,
    settle,
    told,
)
from tests.harness.installation import Installation

QUEUE = "notifications.on.provisioning.service_provisioned"
DEAD = ("dead", "list", "--service", "notifications")


@pytest.fixture
async def channel(installed: Installation) -> AsyncIterator[AbstractChannel]:
    """A channel of the installation's broker. The test's dead letters are removed afterwards."""
    async with connect(installed.stack.servers.amqp_url(installed.stack.vhost), "test") as connection:
        found = await connection.channel()
        yield found
        await (await found.get_queue(dead_letters("notifications"))).purge()
    await installed.portico("mend")  # which notes the copies: events that no service has sent
    await settle(installed)


async def put(channel: AbstractChannel, body: bytes) -> str:
    """Publish to the queue of notifications only; returns the message's id."""
    message = aio_pika.Message(body, message_id=str(uuid4()), delivery_mode=2)
    await channel.default_exchange.publish(message, QUEUE)
    assert message.message_id
    return message.message_id


async def provisioned(installed: Installation) -> dict[str, Any]:
    """The outbox's event of a new order whose mail was sent."""
    daniel = await installed.signed_in(CUSTOMER)
    order = await daniel.post(ORDERS, await offer(installed, step_seconds=0))

    async def mailed() -> bool:
        return len((await effects_of(installed, order["id"])).mails) == 1

    await eventually(mailed, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    async with installed.database("provisioning") as database:
        body = await database.fetchval(
            "SELECT body FROM outbox WHERE routing_key = 'provisioning.service_provisioned' ORDER BY id DESC LIMIT 1"
        )
    event: dict[str, Any] = orjson.loads(body)
    assert event["order_id"] == order["id"]
    return event


def another(event: dict[str, Any], **changes: Any) -> bytes:
    """A copy of the event with a new id."""
    return orjson.dumps(event | {"event_id": str(uuid4())} | changes)


async def listed(installed: Installation, id_: str) -> str:
    """The line of `portico dead list` about a message; waits for it."""

    async def look() -> str:
        lines = (await installed.portico(*DEAD)).splitlines()
        return next((f"{line} {lines[n + 1]}" for n, line in enumerate(lines) if id_ in line), "")

    return await eventually(look, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)


async def one_more_mail(installed: Installation, channel: AbstractChannel, event: dict[str, Any], before: int) -> None:
    """Check that the partner is told once of the messages in the queue. A last event follows them through the queue:
    once that is told, in the same mail or another, and no work is in progress, nothing else will be."""
    await put(channel, another(event))

    async def came() -> bool:
        return await told(installed) >= before + 2

    await eventually(came, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await eventually(lambda: at_rest(installed), seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    assert await told(installed) == before + 2


async def test_poison_and_what_is_too_new_are_set_aside_and_the_consumer_goes_on(
    installed: Installation, channel: AbstractChannel
) -> None:
    event = await provisioned(installed)
    before = await told(installed)

    poison = await put(channel, b"{")
    too_new = await put(channel, another(event, schema_version=3, quantity={"from": 1, "to": 2}))
    await put(channel, another(event, schema_version=2, something_new={"a": 1}))

    await one_more_mail(installed, channel, event, before)
    assert "Not JSON" in await listed(installed, poison)
    assert "version 3, known is 1" in await listed(installed, too_new)


async def test_what_is_replayed_is_done_once_and_poison_comes_back(
    installed: Installation, channel: AbstractChannel
) -> None:
    event = await provisioned(installed)
    before = await told(installed)
    poison = await put(channel, b"{")
    await listed(installed, poison)
    event_id, body = str(uuid4()), another(event)
    headers: Any = {"x-portico-queue": QUEUE, "x-portico-reason": "as a consumer with a fault would say"}
    letter = aio_pika.Message(body, message_id=event_id, headers=headers, delivery_mode=2)
    for _ in range(2):
        await (await channel.get_exchange(dead_letters("notifications"))).publish(letter, "")
    assert "as a consumer with a fault would say" in await listed(installed, event_id)

    said = await installed.portico("dead", "replay", "--service", "notifications")

    assert "3 messages of notifications" in said
    await one_more_mail(installed, channel, event, before)
    assert "Not JSON" in await listed(installed, poison)
    assert event_id not in await installed.portico(*DEAD)
