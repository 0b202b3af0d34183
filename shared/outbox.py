"""The transactional outbox: events are stored in the transaction that caused them, and published by
`shared.messaging.relay` after its commit."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Sessions, run_sql
from shared.events import Actor, Event
from shared.scope import begin_in
from shared.tables import plumbing_table
from shared.telemetry.tracing import current_traceparent

E = TypeVar("E", bound=Event)

LIVE_EXCHANGE = "portico.live"
PARTITION_HEADER = "workspace"
"""The header that determines the partition: messages of one workspace stay in order."""
KEPT_HEADERS = (PARTITION_HEADER, "traceparent")
"""Headers that a message keeps through retries and dead-lettering."""


def events_exchange(service: str) -> str:
    """The exchange of ``service``'s events. No other user may write to it."""
    return f"{service}.events"


def is_kept(exchange: str) -> bool:
    """Whether rows are kept after they are published: events are, commands and transient events are not."""
    return exchange.endswith(".events")


def commands_exchange(service: str) -> str:
    """The exchange of ``service``'s commands, each for one queue."""
    return f"{service}.commands"


outbox = plumbing_table(
    "outbox",
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("exchange", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("workspace_id", Uuid),
    Column("correlation_id", Uuid),
    Column("expires_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("published_at", DateTime(timezone=True)),
    Column("traceparent", Text),
    api="insert",
    worker="select insert update delete",
)
Index("ix_outbox_waiting", outbox.c.id, postgresql_where=outbox.c.published_at.is_(None))
Index("ix_outbox_published", outbox.c.published_at, postgresql_where=outbox.c.published_at.is_not(None))

# One row. NOTIFY would cost writers a quarter of their throughput, so it is sent only while the relay sleeps.
relay_state = plumbing_table(
    "relay_state",
    Column("id", SmallInteger, primary_key=True, server_default="1"),
    Column("asleep", Boolean, nullable=False, server_default="true"),
    api="select",
    worker="select update",
)

_INSERT = (
    "WITH saved AS (INSERT INTO outbox"
    " (event_id, exchange, routing_key, body, workspace_id, correlation_id, expires_at, traceparent)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"
    " SELECT pg_notify('outbox', '') FROM relay_state WHERE asleep"
)

_INSERT_ALL = (
    "WITH saved AS (INSERT INTO outbox"
    " (event_id, exchange, routing_key, body, workspace_id, correlation_id, traceparent)"
    " SELECT event_id, exchange, routing_key, body, workspace_id, correlation_id, traceparent"
    " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[])"
    " WITH ORDINALITY AS t (event_id, exchange, routing_key, body, workspace_id, correlation_id, traceparent, n)"
    " ORDER BY n)"
    " SELECT pg_notify('outbox', '') FROM relay_state WHERE asleep"
)


@dataclass(frozen=True, slots=True)
class Cause:
    """The cause of a transaction: the actor, the business time, and the causing event."""

    actor: Actor
    now: datetime
    correlation_id: UUID = field(default_factory=uuid4)
    causation_id: UUID | None = None
    parent_workspace_id: UUID | None = None
    traceparent: str | None = None
    """The trace of events that are emitted with others (`emit_all`). None: the current one."""


def cause_of(session: AsyncSession) -> Cause:
    """The cause of the session's transaction."""
    cause: Cause = session.info["cause"]
    return cause


async def emit(session: AsyncSession, event: E) -> E:
    """Store an event, which is published when the caller's transaction commits. Returns it as published.

    Fields that are not set (actor, time, correlation, causation, parent) come from the transaction's cause.
    """
    event = _caused(event, cause_of(session))
    ids = (event.event_id, event.workspace_id, event.correlation_id)
    await _save(session, ids, _exchange_of(event), event.name, event.to_wire(), None)
    return event


async def emit_all(session: AsyncSession, events: Sequence[tuple[Cause, E]]) -> list[E]:
    """Store many events in one statement, each with a cause of its own, in their order. Otherwise like `emit`."""
    found, trace = [_caused(event, cause) for cause, event in events], current_traceparent()
    rows = [
        (event.event_id, _exchange_of(event), event.name, orjson.dumps(event.to_wire()).decode(), event.workspace_id,
         event.correlation_id, cause.traceparent or trace)
        for event, (cause, _) in zip(found, events, strict=True)
    ]  # fmt: skip
    if rows:
        await run_sql(session, _INSERT_ALL, *map(list, zip(*rows, strict=True)))
    return found


def _caused(event: E, cause: Cause) -> E:
    found = {name: getattr(cause, name) for name in ("actor", "correlation_id", "causation_id", "parent_workspace_id")}
    found["occurred_at"] = cause.now
    return event.model_copy(update={k: v for k, v in found.items() if k not in event.model_fields_set})


def _exchange_of(event: Event) -> str:
    return LIVE_EXCHANGE if event.transient else events_exchange(event.publisher)


async def send(
    session: AsyncSession, exchange: str, queue: str, body: dict[str, Any], *, workspace_id: UUID, ttl: timedelta
) -> None:
    """Store a command for one queue. It is deleted once published and expires after ``ttl`` of real time, as required
    for secrets."""
    expires_at = await session.scalar(text("SELECT clock_timestamp() + :ttl"), {"ttl": ttl})
    ids = (uuid4(), workspace_id, cause_of(session).correlation_id)
    await _save(session, ids, exchange, queue, body, expires_at)


async def _save(
    session: AsyncSession, ids: tuple[UUID, UUID, UUID], exchange: str, key: str, body: dict[str, Any],
    expires_at: datetime | None,
) -> None:  # fmt: skip
    saved, trace = orjson.dumps(body).decode(), current_traceparent()
    message_id, workspace_id, correlation_id = ids
    await run_sql(session, _INSERT, message_id, exchange, key, saved, workspace_id, correlation_id, expires_at, trace)


@asynccontextmanager
async def transaction(
    sessions: Sessions, cause: Cause, *, workspace_id: UUID | None = None, user_id: UUID | None = None
) -> AsyncIterator[AsyncSession]:
    """A transaction with a cause and a scope, for jobs."""
    async with begin_in(sessions, workspace_id, user_id) as session:
        session.info["cause"] = cause
        yield session
