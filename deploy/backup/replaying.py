"""Events that a restored service has not seen: those that were in RabbitMQ at the moment of the backup, or waited for
another try."""

from collections import defaultdict
from collections.abc import Mapping
from importlib import import_module
from uuid import UUID

import asyncpg

from shared.db import open_connection

_KEPT = """
SELECT routing_key, array_agg(event_id) AS ids FROM outbox
WHERE exchange LIKE '%.events' AND published_at IS NOT NULL GROUP BY routing_key
"""
_NOT_SEEN = "SELECT id FROM unnest($2::uuid[]) AS id EXCEPT SELECT event_id FROM inbox WHERE queue = $1"
_AGAIN = "UPDATE outbox SET published_at = NULL WHERE event_id = ANY($1) AND published_at IS NOT NULL"


async def publish_what_is_missing(urls: Mapping[str, str]) -> int:
    """Let the relays publish those kept events again that one of their listeners has not handled. ``urls`` are of the
    services' databases. Returns how many."""
    kept = defaultdict[str, list[UUID]](list)
    for url in urls.values():
        for row in await _fetch(url, _KEPT):
            kept[row["routing_key"]] += row["ids"]
    missing = set[UUID]()
    for service, url in urls.items():
        for listener in import_module(f"services.{service}.app").service.events.listeners:
            names = kept.keys() if "#" in listener.keys else listener.keys
            ids = [id_ for name in names for id_ in kept.get(name, [])]
            missing |= {row["id"] for row in await _fetch(url, _NOT_SEEN, listener.queue, ids)}
    for url in urls.values():
        connection = await open_connection(url, timeout=10)
        try:
            await connection.execute(_AGAIN, list(missing))
            await connection.execute("NOTIFY outbox")
        finally:
            await connection.close()
    return len(missing)


async def _fetch(url: str, query: str, *values: object) -> list[asyncpg.Record]:
    connection = await open_connection(url, timeout=10)
    try:
        return list(await connection.fetch(query, *values))
    finally:
        await connection.close()
