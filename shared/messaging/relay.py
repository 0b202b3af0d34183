"""Publishes the outbox to RabbitMQ: in order, confirmed, by one relay per service at a time."""

import asyncio
import contextlib
import random
from datetime import timedelta
from typing import Any

import asyncpg
import structlog
from aio_pika.abc import AbstractConnection
from aiormq.channel import Channel

from shared.db import open_connection
from shared.messaging.connection import ConnectionLost, connect, keep_running, open_channel
from shared.messaging.publishing import Outgoing, missing_names, publish_batch
from shared.outbox import LIVE_EXCHANGE, PARTITION_HEADER, is_kept
from shared.telemetry import metrics

log = structlog.get_logger()

BATCH = 1000
LOGGED = 3
"""How many unconfirmed messages of a batch are logged."""
LEADER_LOCK = 0x506F727469636F  # "Portico": one relay per database is active, the others are on standby

# A writer that saw the relay awake may commit just after it fell asleep, so it polls with increasing pauses.
PAUSES = (0.005, 0.02, 0.1, 1.0)

# `portico backup` holds this lock for a moment, while it opens a snapshot of each service's database: what was
# published is then in the snapshot of its publisher.
_WAITING = """
SELECT id, event_id::text, exchange, routing_key, body, workspace_id::text, correlation_id::text, traceparent,
       expires_at - clock_timestamp() AS ttl FROM outbox WHERE published_at IS NULL AND (SELECT
       pg_advisory_xact_lock_shared(hashtextextended('recovery point', 0))) IS NOT NULL ORDER BY id LIMIT $1
"""
_KEEP = "UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY($1)"
_FORGET = "DELETE FROM outbox WHERE id = ANY($1)"


class NotConfirmed(Exception):
    """The broker did not confirm some messages. They stay in the outbox."""


class Relay:
    """The outbox relay of one service. `run` continues until cancelled; a lost connection only delays events."""

    def __init__(self, service: str, database_url: str, rabbitmq_url: str) -> None:
        self.service = service
        self.connected = False
        self._database_url = database_url
        self._rabbitmq_url = rabbitmq_url
        self._wake = asyncio.Event()

    async def run(self) -> None:
        await keep_running(self._lead, "relay", lambda: 0.2 + random.random())

    async def _lead(self) -> None:
        database = await open_connection(self._database_url, timeout=5, command_timeout=30)
        try:
            while not await database.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
                await asyncio.sleep(1)
            await database.add_listener("outbox", lambda *_: self._wake.set())
            async with connect(self._rabbitmq_url, f"{self.service} relay") as broker:
                channel = await open_channel(broker)
                # aio-pika's closed() only reports our own close
                broker.close_callbacks.add(lambda *_: self._wake.set())
                self.connected = True
                await self._drain(broker, database, channel)
        finally:
            self.connected = False
            with contextlib.suppress(Exception):
                await database.close(timeout=2)

    async def _drain(self, broker: AbstractConnection, database: asyncpg.Connection, channel: Channel) -> None:
        asleep, looks, by_frames = False, 0, not missing_names(channel)
        while broker.connected.is_set():
            self._wake.clear()
            published = await publish_waiting(database, channel, by_frames=by_frames)
            if asleep == (published == BATCH):  # fall asleep, or wake up
                asleep, looks = not asleep, 0
                await database.execute("UPDATE relay_state SET asleep = $1", asleep)
            elif asleep:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), PAUSES[min(looks, len(PAUSES) - 1)])
                looks += 1
        raise ConnectionLost("the broker closed the connection")


async def publish_waiting(
    database: asyncpg.Connection, channel: Channel, batch: int = BATCH, *, by_frames: bool = True
) -> int:
    """Publish one batch and return how many rows were published or have expired.

    Published events are marked and kept for replay; commands and transient events are deleted. Raises `NotConfirmed` if
    some were not confirmed, after the others are marked.
    """
    rows = await database.fetch(_WAITING, batch)
    alive = [row for row in rows if row["ttl"] is None or row["ttl"] > timedelta(0)]
    answers = await publish_batch(channel, [_outgoing(row) for row in alive], by_frames=by_frames)
    failed = {row["id"]: answer for row, answer in zip(alive, answers, strict=True) if answer is not None}
    gone = [row for row in rows if row["id"] not in failed]
    for statement, kept in ((_KEEP, True), (_FORGET, False)):
        if ids := [row["id"] for row in gone if is_kept(row["exchange"]) is kept]:
            await database.execute(statement, ids)
    metrics.RELAY_BATCHES.inc(bool(rows))
    metrics.RELAY_MESSAGES.labels("confirmed").inc(len(gone))
    metrics.RELAY_MESSAGES.labels("unconfirmed").inc(len(failed))
    for row in [row for row in rows if row["id"] in failed][:LOGGED]:
        log.warning("relay.not_confirmed", event_id=row["event_id"], correlation_id=row["correlation_id"],
                    key=row["routing_key"], reason=repr(failed[row["id"]]))  # fmt: skip
    if failed:
        raise NotConfirmed(f"{len(failed)} of {len(rows)}, first: {next(iter(failed.values()))!r}")
    return len(gone)


def _outgoing(row: Any) -> Outgoing:
    headers = {PARTITION_HEADER: row["workspace_id"] or row["event_id"]}
    if row["traceparent"]:
        headers["traceparent"] = row["traceparent"]
    return Outgoing(row["event_id"], row["exchange"], row["routing_key"], row["body"].encode(),
                    row["exchange"] != LIVE_EXCHANGE, row["ttl"], row["correlation_id"], headers)  # fmt: skip
