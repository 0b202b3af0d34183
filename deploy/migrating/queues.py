"""Declares exchanges, queues and bindings. RabbitMQ cannot change the arguments of an existing queue. Where they differ
from the wanted ones, or the number of partitions does, the messages move to a new queue, in order and without loss."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue

from deploy.environment import OperatorError
from deploy.migrating.management import Management
from deploy.migrating.topology import Binding, Topology, listener_topology, plumbing_of
from shared.messaging.listeners import Listener

AT_ONCE = 500
PATIENCE_SECONDS = 30.0
KEPT: dict[str, Any] = {"x-queue-type": "quorum"}


class StillRead(OperatorError):
    """A queue whose messages have to move has a consumer."""


@dataclass(frozen=True)
class Part:
    """Exchanges and queues that belong together. ``entry`` is the name of the only queue, or of the exchange in front
    of the partitions."""

    topology: Topology
    entry: str | None

    def stale(self, existing: Mapping[str, dict[str, Any]]) -> list[str]:
        """Existing queues that differ from the wanted ones. With another number of partitions a workspace's events go
        to another partition, so that all of them have to be divided anew."""
        wanted = self.topology.queues
        changed = [name for name, arguments in wanted.items() if name in existing and existing[name] != arguments]
        if self.entry is None:
            return changed
        present = [name for name in existing if name == self.entry or _is_partition(name, self.entry)]
        return present if present and set(present) != wanted.keys() else changed

    def unfinished(self, existing: Mapping[str, dict[str, Any]]) -> bool:
        """Whether a move was interrupted."""
        return self.entry is not None and bool({_holding(self.entry), _saved(self.entry)} & existing.keys())


def plumbing_part(service: str) -> Part:
    return Part(plumbing_of(service), None)


def listener_part(service: str, listener: Listener, partitions: int) -> Part:
    return Part(
        listener_topology(
            service, listener.queue, listener.sources, is_command=listener.is_command, partitions=partitions
        ),
        listener.queue,
    )


async def settle(
    connection: AbstractConnection, api: Management, vhost: str, part: Part, existing: Mapping[str, dict[str, Any]]
) -> list[str]:
    """Create or change ``part``; returns one line per queue that had to be replaced."""
    stale = part.stale(existing)
    if not stale and not part.unfinished(existing):
        await declare(connection, part.topology)
        return []
    async with connection.channel(publisher_confirms=True, on_return_raises=True) as channel:
        move = Move(channel, api, vhost)
        if part.entry is None:
            return [await move.replace(part.topology, name) for name in stale]
        return [await move.rebuild(part.topology, part.entry, stale)]


async def declare(connection: AbstractConnection, topology: Topology) -> None:
    async with connection.channel() as channel:
        await declare_on(channel, topology)


async def declare_on(channel: AbstractChannel, topology: Topology) -> None:
    await _declare(channel, topology)
    for binding in topology.bindings:
        await _bind(channel, binding)


@dataclass(frozen=True)
class Move:
    """Moves messages between queues of one virtual host."""

    channel: AbstractChannel
    api: Management
    vhost: str

    async def replace(self, topology: Topology, name: str) -> str:
        """Replace a retry or dead-letter queue, moving its messages through a temporary queue."""
        saved = await self.channel.declare_queue(_saved(name), durable=True, arguments=KEPT)
        count = await self._empty(name, saved.name)
        await self.channel.queue_delete(name)
        await declare_on(self.channel, topology)
        await self._empty(saved.name, name)
        await self.channel.queue_delete(saved.name)
        return f"{name} was made anew; {count} messages moved."

    async def rebuild(self, topology: Topology, entry: str, stale: Sequence[str]) -> str:
        """Replace the queues of one listener. New events wait in a temporary queue meanwhile, and follow the old
        ones."""
        into = [each for each in topology.bindings if each.target == entry]
        within = [each for each in topology.bindings if each.target != entry]
        for name in stale:
            await self._until_unread(name)
        holding = await self.channel.declare_queue(_holding(entry), durable=True, arguments=KEPT)
        saved = await self.channel.declare_queue(_saved(entry), durable=True, arguments=KEPT)
        for binding in into:
            await holding.bind(binding.source, binding.key)
        await self.channel.exchange_delete(entry)  # of the partitions, if there were any: no event comes in any more
        for name in stale:
            await self._retire(name, saved.name)
        divided = bool(topology.exchanges)
        await _declare(self.channel, topology)
        for binding in within:
            await _bind(self.channel, binding)
        exchange = entry if divided else ""
        count = sum([await self._empty(queue.name, entry, exchange) for queue in (saved, holding)])
        for binding in into:
            await _bind(self.channel, binding)
            await holding.unbind(binding.source, binding.key)
        count += await self._empty(holding.name, entry, exchange)
        for queue in (saved, holding):
            await self.channel.queue_delete(queue.name)
        return f"{entry} was made anew; {count} messages moved."

    async def _retire(self, name: str, saved: str) -> None:
        """Unbind the queue, move its messages, and delete it."""
        queue = await self.channel.get_queue(name)
        for source, key in await self.api.bindings_to(self.vhost, name):
            await queue.unbind(source, key)
        await self._empty(name, saved)
        await self.channel.queue_delete(name)

    async def _until_unread(self, name: str) -> None:
        """Wait until the queue has no consumer, which might hold unacknowledged messages."""
        for _ in range(int(PATIENCE_SECONDS * 2)):
            if not (await self._look(name)).declaration_result.consumer_count:
                return
            await asyncio.sleep(0.5)
        service = name.partition(".")[0]
        raise StillRead(
            f"The queue {name} has to be made anew, and somebody reads it: stop the workers of {service},"
            " run `portico migrate` again, and start them. Its events are kept meanwhile."
        )

    async def _empty(self, name: str, key: str, exchange: str = "") -> int:
        """Publish all messages of a queue again, in order, and acknowledge them once their copies are confirmed."""
        await self.channel.set_qos(prefetch_count=AT_ONCE)
        arrived, moved = asyncio.Queue[AbstractIncomingMessage](), 0
        queue = await self._look(name)
        target = await self.channel.get_exchange(exchange, ensure=False) if exchange else self.channel.default_exchange
        tag = await queue.consume(arrived.put)
        try:
            async with asyncio.timeout(None) as patience:
                while messages := await self._next(name, arrived):
                    patience.reschedule(asyncio.get_running_loop().time() + PATIENCE_SECONDS)
                    await asyncio.gather(*(target.publish(_copy(message), key) for message in messages))
                    await messages[-1].ack(multiple=True)
                    moved += len(messages)
        finally:
            await queue.cancel(tag)
        return moved

    async def _next(
        self, name: str, arrived: "asyncio.Queue[AbstractIncomingMessage]"
    ) -> list[AbstractIncomingMessage]:
        """The messages that have arrived; none once the queue is empty."""
        messages: list[AbstractIncomingMessage] = []
        while not messages:
            with suppress(TimeoutError):
                messages.append(await asyncio.wait_for(arrived.get(), 0.2))
            if not messages and not (await self._look(name)).declaration_result.message_count:
                return []
        while not arrived.empty() and len(messages) < AT_ONCE:
            messages.append(arrived.get_nowait())
        return messages

    async def _look(self, name: str) -> AbstractQueue:
        return await self.channel.declare_queue(name, passive=True)


def _copy(message: AbstractIncomingMessage) -> Message:
    return Message(
        message.body, headers=message.headers, message_id=message.message_id, correlation_id=message.correlation_id,
        content_type=message.content_type, expiration=message.expiration, delivery_mode=2,
    )  # fmt: skip


async def _declare(channel: AbstractChannel, topology: Topology) -> None:
    for exchange in topology.exchanges:
        await channel.declare_exchange(exchange.name, exchange.kind, durable=True, arguments=exchange.arguments)
    for name, arguments in topology.queues.items():
        await channel.declare_queue(name, durable=True, arguments=arguments)


async def _bind(channel: AbstractChannel, binding: Binding) -> None:
    if binding.to_exchange:
        target = await channel.get_exchange(binding.target, ensure=False)
        await target.bind(binding.source, binding.key)
    else:
        queue = await channel.get_queue(binding.target, ensure=False)
        await queue.bind(binding.source, binding.key)


def _is_partition(name: str, entry: str) -> bool:
    return name.startswith(f"{entry}.") and name.removeprefix(f"{entry}.").isdigit()


def _holding(name: str) -> str:
    return f"{name}.holding"


def _saved(name: str) -> str:
    return f"{name}.saved"
