"""What each queue of a service has done already, noted in the transaction that did it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Kind, plumbing, run_sql

inbox = Table(
    "inbox",
    plumbing,
    Column("queue", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    info={"kind": Kind.plumbing},
)
Index("ix_inbox_received_at", inbox.c.received_at)

discarded = Table(
    "discarded_messages",
    plumbing,
    Column("queue", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("discarded_by", Text, nullable=False),
    Column("discarded_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    info={"kind": Kind.plumbing},
)
"""What an operator decided not to have handled. Its deliveries are noted as done."""

_NOTE = "INSERT INTO inbox (queue, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id"


async def note(session: AsyncSession, queue: str, ids: Sequence[UUID]) -> set[UUID]:
    """Note these deliveries, and return the ids of those that come for the first time."""
    return set((await run_sql(session, _NOTE, queue, ids)).scalars())


async def discard(session: AsyncSession, queue: str, event_id: UUID, reason: str, by: str) -> None:
    """Note that a delivery is done with, though nothing was done: who decided that, and why."""
    row = {"queue": queue, "event_id": event_id, "reason": reason, "discarded_by": by}
    await session.execute(insert(discarded).values(row).on_conflict_do_nothing())
    await note(session, queue, [event_id])
