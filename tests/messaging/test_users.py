"""Each broker user's permissions, tested on RabbitMQ with the users that `portico migrate` creates."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import permutations
from unittest.mock import AsyncMock

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelAccessRefused

from deploy.environment import SERVICES
from deploy.waiting import eventually
from shared.events import REGISTRY
from shared.messaging.connection import connect
from shared.messaging.topology import LIVE, RETRY_DELAYS, back_exchange, dead_letters, retry_exchange, retry_key
from shared.outbox import commands_exchange, events_exchange
from tests.harness.broker import PROCESSES, InstalledBroker, is_refused
from tests.harness.services import service_named

PAIRS = list(permutations(SERVICES, 2))
SECRET_MAIL = "notifications.on.secret_mail"


def event_of(service: str) -> str:
    """The name of one of the service's events; a made-up one for audit, which has none."""
    return next((name for name, event in REGISTRY.items() if event.publisher == service), f"{service}.something_done")


def queue_of(service: str) -> str:
    return service_named(service).events.listeners[0].queue


@asynccontextmanager
async def speaking(url: str) -> AsyncIterator[AbstractChannel]:
    async with connect(url, "test") as connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def say(url: str, exchange: str, key: str, **headers: object) -> None:
    """Publish, and wait for the broker's confirm."""
    async with speaking(url) as channel:
        target = channel.default_exchange if not exchange else await channel.get_exchange(exchange, ensure=False)
        message = aio_pika.Message(b"{}", message_id="forged", headers=headers)  # type: ignore[arg-type]
        await target.publish(message, key, mandatory=False, timeout=10)


async def refused(url: str, exchange: str, key: str, **headers: object) -> bool:
    try:
        await say(url, exchange, key, **headers)
    except ChannelAccessRefused:
        return True
    return False


@asynccontextmanager
async def overhearing(broker: InstalledBroker, *sources: tuple[str, str]) -> AsyncIterator[Callable[[], int]]:
    """Count the messages that a queue bound to these exchanges and keys gets."""
    async with connect(broker.admin_url, "test") as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        for exchange, key in sources:
            await queue.bind(exchange, key)
        arrived: list[object] = []

        async def note(message: object) -> None:
            arrived.append(message)

        await queue.consume(note, no_ack=True)
        yield lambda: len(arrived)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_publish_its_own_events(migrated: InstalledBroker, service: str) -> None:
    await say(migrated.url(service), events_exchange(service), event_of(service))


@pytest.mark.parametrize(("forger", "victim"), PAIRS)
async def test_no_service_can_publish_an_event_of_another(migrated: InstalledBroker, forger: str, victim: str) -> None:
    url, event = migrated.url(forger), event_of(victim)

    assert await refused(url, events_exchange(victim), event), "its exchange"
    assert await refused(url, events_exchange(forger), event), "its name, on the forger's own exchange"
    assert await refused(url, LIVE.name, event), "to open pages"


@pytest.mark.parametrize(("forger", "victim"), PAIRS)
async def test_a_key_in_a_header_reaches_no_listener_of_another_service(
    migrated: InstalledBroker, forger: str, victim: str
) -> None:
    """RabbitMQ before 4 also routes by the keys in the headers CC and BCC, without checking permissions for them."""
    own, forged = event_of(forger), event_of(victim)

    async with overhearing(migrated, (events_exchange(victim), "#")) as theirs:
        for header in ("CC", "BCC"):
            await refused(migrated.url(forger), events_exchange(forger), own, **{header: [forged]})
        await say(migrated.url(victim), events_exchange(victim), forged)
        await eventually(theirs, "the victim's own event arrives")

        assert theirs() == 1, "and not the forged one"


@pytest.mark.parametrize("victim", SERVICES)
async def test_no_service_reaches_anothers_queue_through_a_retry_or_dead_letters(
    migrated: InstalledBroker, victim: str
) -> None:
    queue, forgers = queue_of(victim), [service for service in SERVICES if service != victim]

    async with overhearing(migrated, (back_exchange(victim), "#")) as came_back:
        for forger in forgers:
            url = migrated.url(forger)
            for exchange in (
                retry_exchange(victim),
                back_exchange(victim),
                dead_letters(victim),
                back_exchange(forger),
            ):
                assert await refused(url, exchange, retry_key(RETRY_DELAYS[0], queue)), f"{forger} by {exchange}"
            assert await refused(url, "", queue), f"{forger} by the default exchange"
            await say(url, retry_exchange(forger), retry_key(RETRY_DELAYS[0], queue))  # its own retries are allowed
        await say(migrated.url(victim), retry_exchange(victim), retry_key(RETRY_DELAYS[0], f"{victim}.on.nothing"))
        await eventually(came_back, "the victim's own comes back", seconds=20)
        assert came_back() == 1, "and none of the others"


@pytest.mark.rule("D30")
@pytest.mark.parametrize("forger", [service for service in SERVICES if service != "identity"])
async def test_only_identity_can_send_commands_that_become_mails(migrated: InstalledBroker, forger: str) -> None:
    assert await refused(migrated.url(forger), commands_exchange("identity"), SECRET_MAIL)

    async with overhearing(migrated, (commands_exchange("identity"), SECRET_MAIL)) as arrived:
        await refused(migrated.url(forger), commands_exchange(forger), SECRET_MAIL)
        assert arrived() == 0


async def no_queue(connection: AbstractConnection, name: str, **arguments: str) -> bool:
    channel = await connection.channel()
    try:
        await channel.declare_queue(name, exclusive=True, arguments=arguments)  # type: ignore[arg-type]
    except ChannelAccessRefused:
        return True
    return False


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_create_a_queue_that_forwards_messages_it_may_not_publish(
    migrated: InstalledBroker, service: str
) -> None:
    """A queue dead-letters messages under any routing key, and the broker does not check permissions for keys then."""
    forwarding = {"x-dead-letter-exchange": events_exchange(service), "x-dead-letter-routing-key": "identity.forged"}

    async with connect(migrated.url(service), "test") as connection:
        assert await no_queue(connection, f"{service}.on.mine", **forwarding)
        assert await no_queue(connection, f"{service}.mine")
        with pytest.raises(ChannelAccessRefused):
            await (await connection.channel()).declare_exchange(f"{service}.mine")


@pytest.mark.parametrize(("reader", "owner"), PAIRS)
async def test_no_service_reads_anothers_queue(migrated: InstalledBroker, reader: str, owner: str) -> None:
    async with speaking(migrated.url(reader)) as channel:
        queue = await channel.get_queue(queue_of(owner), ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await queue.consume(AsyncMock())


async def test_the_portal_can_consume_and_not_publish(migrated: InstalledBroker) -> None:
    url = migrated.url("portal")

    for service in SERVICES:
        assert await refused(url, events_exchange(service), event_of(service))
    assert await refused(url, LIVE.name, "provisioning.order_progressed")
    assert await refused(url, "", queue_of("billing"))
    async with connect(url, "test") as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("portal.live.test", exclusive=True, auto_delete=True)
        await queue.bind(LIVE.name, "#")
        assert await no_queue(connection, "portal.other")
        assert await no_queue(connection, "portal.live.sly", **{"x-dead-letter-exchange": events_exchange("identity")})


@pytest.mark.parametrize("process", PROCESSES)
async def test_a_wrong_password_is_refused(migrated: InstalledBroker, process: str) -> None:
    assert await is_refused(migrated.url(process).replace("only-for-tests", "guessed"))
