"""The processed messages of each queue, recorded in the transaction that processed them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Text, Uuid, func
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import run_sql
from shared.tables import plumbing_table

inbox = plumbing_table(
    "inbox",
    Column("queue", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("discarded_by", Text),  # the operator who discarded it
    Column("discarded_because", Text),
    api="",
    worker="select insert update delete",
)
Index("ix_inbox_received_at", inbox.c.received_at)

_NOTE = "INSERT INTO inbox (queue, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id"


async def note(session: AsyncSession, queue: str, ids: Sequence[UUID]) -> set[UUID]:
    """Record these deliveries, and return the ids of the new ones."""
    return set((await run_sql(session, _NOTE, queue, ids)).scalars())
