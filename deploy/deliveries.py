"""Which of the published events a listener has not handled."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

import asyncpg

from deploy.databases import batches, connected

_NOT_HANDLED = "SELECT id FROM unnest($2::uuid[]) AS id EXCEPT SELECT event_id FROM inbox WHERE queue = $1"


@dataclass(frozen=True)
class Unhandled:
    """Some of the events that never came out of a queue."""

    service: str
    queue: str
    event_ids: list[UUID]


async def unhandled(urls: Mapping[str, str], published: str, *values: object) -> AsyncIterator[Unhandled]:
    """``urls`` are of the services' databases, and ``published`` a query for ``routing_key`` and ``event_id`` of an
    outbox. A queue may come several times, with other events: outboxes are read a part at a time."""
    async with AsyncExitStack() as stack:
        inboxes = {service: await stack.enter_async_context(connected(url)) for service, url in urls.items()}
        for url in urls.values():
            async with connected(url) as outbox:
                async for rows in batches(outbox, published, *values):
                    async for each in _unhandled_of(rows, inboxes):
                        yield each


async def _unhandled_of(
    rows: Sequence[asyncpg.Record], inboxes: Mapping[str, asyncpg.Connection]
) -> AsyncIterator[Unhandled]:
    named = defaultdict[str, list[UUID]](list)
    for row in rows:
        named[row["routing_key"]].append(row["event_id"])
    for service, inbox in inboxes.items():
        for queue, ids in _wanted(service, named):
            if missing := [row["id"] for row in await inbox.fetch(_NOT_HANDLED, queue, ids)]:
                yield Unhandled(service, queue, missing)


def _wanted(service: str, named: Mapping[str, list[UUID]]) -> list[tuple[str, list[UUID]]]:
    """What each queue of the service gets of these events, which are by their names."""
    listeners = import_module(f"services.{service}.app").service.events.listeners
    found = []
    for listener in listeners:
        names = named.keys() if "#" in listener.keys else listener.keys
        found.append((listener.queue, [id_ for name in names for id_ in named.get(name, ())]))
    return [(queue, ids) for queue, ids in found if ids]
