"""Events that a restored service has not seen: those that were in RabbitMQ at the moment of the backup, or waited for
another try."""

from collections.abc import Mapping
from uuid import UUID

from deploy.databases import connected
from deploy.deliveries import unhandled

_KEPT = "SELECT routing_key, event_id FROM outbox WHERE exchange LIKE '%.events' AND published_at IS NOT NULL"
_AGAIN = "UPDATE outbox SET published_at = NULL WHERE event_id = ANY($1) AND published_at IS NOT NULL"


async def publish_what_is_missing(urls: Mapping[str, str]) -> int:
    """Let the relays publish those kept events again that one of their listeners has not handled. ``urls`` are of the
    services' databases. Returns how many."""
    missing = set[UUID]()
    async for each in unhandled(urls, _KEPT):
        missing.update(each.event_ids)
    for url in urls.values():
        async with connected(url) as database:
            await database.execute(_AGAIN, list(missing))
            await database.execute("NOTIFY outbox")
    return len(missing)
