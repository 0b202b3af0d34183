"""Events as the services publish them, and queues to publish them to."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import orjson
from aio_pika.abc import AbstractChannel

from shared import broker
from shared.events import Actor, Via
from shared.events.identity import WorkspaceUpdated

EVENT = WorkspaceUpdated


def workspace_updated(workspace_id: UUID, version: int = 1) -> WorkspaceUpdated:
    """An event of ordinary size, caused by a person."""
    actor = Actor(kind="user", user_id=workspace_id, address="ana@meridian.example", via=Via.own)
    return EVENT(workspace_id=workspace_id, parent_workspace_id=uuid4(), actor=actor, subject_version=version,
                 kind="customer", slug=f"northwind-{workspace_id.hex}", display_name="Northwind Logistics",
                 account_number="100042", connected=True)  # fmt: skip


def on_the_wire(event: WorkspaceUpdated) -> bytes:
    return orjson.dumps(event.to_wire())


@asynccontextmanager
async def publishing(url: str) -> AsyncIterator[AbstractChannel]:
    """A channel as the relay has it, on a broker that has the exchanges."""
    async with broker.connect(url, "bench") as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await broker.declare_exchanges(channel)
        yield channel


async def fresh_queue(channel: AbstractChannel, service: str, name: str, *keys: str) -> None:
    """A work queue with nothing in it, also when the turn before left something."""
    await channel.queue_delete(name)
    await broker.declare_work_queue(channel, service, name, keys)


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
