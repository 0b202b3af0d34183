"""Events as the services publish them, and queues to publish them to."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import orjson
from aio_pika.abc import AbstractChannel

from deploy.environment import SERVICES
from deploy.migrating.queues import declare, declare_on
from deploy.migrating.topology import SHARED, listener_topology, plumbing_of
from shared.events import Actor, Via
from shared.events.identity import WorkspaceUpdated
from shared.messaging.connection import connect
from shared.messaging.publishing import Outgoing
from shared.outbox import PARTITION_HEADER, events_exchange

EVENT = WorkspaceUpdated


def workspace_updated(workspace_id: UUID, version: int = 1) -> WorkspaceUpdated:
    """An event of ordinary size, caused by a person."""
    actor = Actor(kind="user", user_id=workspace_id, address="ana@meridian.example", via=Via.own)
    return EVENT(workspace_id=workspace_id, parent_workspace_id=uuid4(), actor=actor, subject_version=version,
                 kind="customer", slug=f"northwind-{workspace_id.hex}", display_name="Northwind Logistics",
                 account_number="100042", connected=True)  # fmt: skip


def on_the_wire(event: WorkspaceUpdated) -> bytes:
    return orjson.dumps(event.to_wire())


def as_relayed(event: WorkspaceUpdated) -> Outgoing:
    headers = {PARTITION_HEADER: str(event.workspace_id)}
    return Outgoing(str(event.event_id), events_exchange(event.publisher), event.name, on_the_wire(event),
                    correlation_id=str(event.correlation_id), headers=headers)  # fmt: skip


@asynccontextmanager
async def publishing(url: str) -> AsyncIterator[AbstractChannel]:
    """A channel like the relay's, on a broker with the exchanges and queues of all services."""
    async with connect(url, "bench") as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        for topology in (SHARED, *map(plumbing_of, SERVICES)):
            await declare(connection, topology)
        yield channel


async def fresh_queues(channel: AbstractChannel, service: str, name: str, partitions: int = 1) -> None:
    """Empty work queues for `EVENT`, also when the turn before left something in them."""
    sources = [(events_exchange(EVENT.publisher), EVENT.name)]
    topology = listener_topology(service, name, sources, is_command=False, partitions=partitions)
    for queue in topology.queues:
        await channel.queue_delete(queue)
    await declare_on(channel, topology)


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
