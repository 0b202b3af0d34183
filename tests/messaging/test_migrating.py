"""`portico migrate` on RabbitMQ: it can be repeated, and replaces what differs."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractChannel

from deploy.environment import OperatorError
from deploy.migrating import queues as moving
from deploy.migrating.broker import UnexpectedUser, make_queues
from deploy.migrating.management import Management
from deploy.migrating.queues import StillRead
from deploy.migrating.topology import plumbing_of
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging.connection import connect
from shared.messaging.listeners import Listener
from shared.messaging.router import ServiceRouter
from shared.messaging.topology import partitions_of
from shared.outbox import PARTITION_HEADER, events_exchange
from tests.harness.broker import InstalledBroker
from tests.shared.sketch import SERVICE, collector, counts

EXCHANGE, KEY = events_exchange("provisioning"), ServiceCountsChanged.name


@pytest.fixture
def listener() -> Listener:
    collector(router := ServiceRouter(SERVICE))
    [found] = router.listeners
    return found


async def make(broker: InstalledBroker, listener: Listener, partitions: int = 1) -> list[str]:
    """Create what `portico migrate` creates for one listener of a service."""
    async with Management(broker.admin.api_url) as api:
        await api.make_vhost(broker.vhost)
    return await make_queues(broker.admin, broker.vhost, {"provisioning": [], SERVICE: [(listener, partitions)]})


async def publish(channel: AbstractChannel, numbers: Sequence[int], workspaces: Sequence[UUID]) -> None:
    exchange = await channel.get_exchange(EXCHANGE)
    for number in numbers:
        event = counts(number, workspaces[number % len(workspaces)])
        headers = {PARTITION_HEADER: str(event.workspace_id)}
        message = aio_pika.Message(orjson.dumps(event.to_wire()), message_id=str(uuid4()), headers=headers)
        await exchange.publish(message, KEY)


async def contents(broker: InstalledBroker, names: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """Workspace and number of each message, in the order of their queue. The messages stay there."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name in names:
        async with connect(broker.admin_url, "test") as connection:
            channel = await connection.channel()
            queue, found[name] = await channel.get_queue(name), []
            async with queue.iterator(timeout=0.5) as messages:
                try:
                    async for message in messages:
                        body = orjson.loads(message.body)
                        found[name].append((body["workspace_id"], body["ports"]))
                except TimeoutError:
                    pass
    return found


def numbers(found: Sequence[tuple[str, int]]) -> list[int]:
    return [number for _, number in found]


async def test_migrating_again_changes_nothing(fresh: InstalledBroker) -> None:
    assert await fresh.migrate() == []
    async with Management(fresh.admin.api_url) as api:
        before = await api.queues(fresh.vhost)

    assert await fresh.migrate() == []

    async with Management(fresh.admin.api_url) as api:
        assert await api.queues(fresh.vhost) == before
    assert "billing.on.provisioning.order_placed" in before
    assert {queue for queue in before if queue.endswith(".dead")} >= {"audit.dead", "identity.dead"}


async def test_an_address_of_another_user_is_refused(fresh: InstalledBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_RABBITMQ_URL", fresh.url("identity"))

    with pytest.raises(UnexpectedUser, match="portico_billing"):
        await fresh.migrate()


async def test_a_management_api_that_does_not_answer_is_reported_in_a_sentence(fresh: InstalledBroker) -> None:
    async with Management("http://guest:guest@127.0.0.1:1") as api:
        with pytest.raises(OperatorError, match="rabbitmq_management"):
            await api.make_vhost("nowhere")


async def test_a_queue_with_other_arguments_is_replaced_and_keeps_its_messages_in_order(
    fresh: InstalledBroker, listener: Listener
) -> None:
    await make(fresh, listener)
    async with connect(fresh.admin_url, "test") as connection:
        channel = await connection.channel(publisher_confirms=True)
        await channel.queue_delete(listener.queue)
        old = await channel.declare_queue(listener.queue, durable=True, arguments={"x-queue-type": "quorum"})
        await old.bind(EXCHANGE, KEY)
        workspaces = [uuid4()]
        await publish(channel, range(1200), workspaces)

        told = await make(fresh, listener)
        await publish(channel, range(1200, 1203), workspaces)

    assert told == [f"{listener.queue} was made anew; 1200 messages moved."]
    found = await contents(fresh, [listener.queue])
    assert numbers(found[listener.queue]) == list(range(1203))
    async with Management(fresh.admin.api_url) as api:
        queues = await api.queues(fresh.vhost)
    assert queues[listener.queue]["x-single-active-consumer"] is True
    assert not [name for name in queues if name.endswith((".holding", ".saved"))], "nothing is left behind"


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (3, 5)])
async def test_a_queue_with_another_number_of_partitions_keeps_each_workspaces_events_in_order(
    fresh: InstalledBroker, listener: Listener, before: int, after: int
) -> None:
    await make(fresh, listener, before)
    workspaces = [uuid4() for _ in range(20)]
    async with connect(fresh.admin_url, "test") as connection:
        channel = await connection.channel(publisher_confirms=True)
        await publish(channel, range(300), workspaces)

        await make(fresh, listener, after)
        await publish(channel, range(300, 340), workspaces)

    found = await contents(fresh, partitions_of(listener.queue, after))
    assert sorted(number for part in found.values() for _, number in part) == list(range(340))
    for workspace in map(str, workspaces):
        theirs = [part for part in found.values() if workspace in dict(part)]
        assert len(theirs) == 1, "old and new messages of a workspace are in one part"
        mine = [number for whose, number in theirs[0] if whose == workspace]
        assert mine == sorted(mine)
    # Which part a workspace falls into is by chance: twenty of them may leave one of five parts empty.
    assert sum(bool(part) for part in found.values()) >= min(after, 2), "the work is divided"


async def test_a_move_that_was_interrupted_is_finished_by_the_next_run(
    fresh: InstalledBroker, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(fresh, listener)
    async with connect(fresh.admin_url, "test") as connection:
        await publish(await connection.channel(publisher_confirms=True), range(50), [uuid4()])
    with monkeypatch.context() as broken:
        broken.setattr(moving, "_declare", None)  # killed once the old queue is gone
        with pytest.raises(TypeError):
            await make_queues_as_divided(fresh, listener)

    await make(fresh, listener, 2)

    found = await contents(fresh, partitions_of(listener.queue, 2))
    assert sorted(number for part in found.values() for _, number in part) == list(range(50))


async def make_queues_as_divided(broker: InstalledBroker, listener: Listener) -> None:
    async with (
        Management(broker.admin.api_url) as api,
        connect(broker.admin_url, "test") as connection,
    ):
        part = moving.listener_part(SERVICE, listener, 2)
        await moving.settle(connection, api, broker.vhost, part, await api.queues(broker.vhost))


async def test_a_queue_with_a_consumer_is_not_replaced(
    fresh: InstalledBroker, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "PATIENCE_SECONDS", 1)
    await make(fresh, listener)
    async with connect(fresh.admin_url, "test") as connection:
        channel = await connection.channel(publisher_confirms=True)
        await (await channel.get_queue(listener.queue)).consume(_ignore)

        with pytest.raises(StillRead, match="stop the workers of sketch"):
            await make(fresh, listener, 3)
        await publish(channel, [1], [uuid4()])

    found = await contents(fresh, [listener.queue])
    assert numbers(found[listener.queue]) == [1], "nothing was changed"


async def _ignore(message: object) -> None:
    """Leave it unacknowledged."""


async def test_a_delay_queue_with_other_arguments_keeps_its_messages(
    fresh: InstalledBroker, listener: Listener
) -> None:
    await make(fresh, listener)
    [slow] = [name for name in plumbing_of(SERVICE).queues if name.endswith(".600s")]
    async with connect(fresh.admin_url, "test") as connection:
        channel = await connection.channel(publisher_confirms=True)
        await channel.queue_delete(slow)
        await channel.declare_queue(slow, durable=True, arguments={"x-queue-type": "quorum"})
        body = orjson.dumps(counts(7).to_wire())
        await channel.default_exchange.publish(aio_pika.Message(body, message_id=str(uuid4())), slow)

        told = await make(fresh, listener)

        assert told == [f"{slow} was made anew; 1 messages moved."]
        assert (await channel.declare_queue(slow, passive=True)).declaration_result.message_count == 1
