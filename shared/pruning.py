"""Deletes old rows of the plumbing's tables, in real time."""

from sqlalchemy import text

from shared.jobs import JobContext

KEPT = {
    "outbox": ("published_at", "7 days"),  # `portico outbox replay` reaches back this far
    "inbox": ("received_at", "30 days"),  # longer than events can be replayed
    "idempotency_keys": ("created_at", "24 hours"),  # D22
    "access_ended_sessions": ("ended_at", "1 hour"),  # a token lives 60 seconds
}


async def prune(job: JobContext) -> int:
    """Delete old rows of each table, up to 5,000 per transaction, which keeps transactions short."""
    deleted = 0
    for table, (column, age) in KEPT.items():
        statement = text(
            f"DELETE FROM {table} WHERE ctid = ANY (ARRAY("  # noqa: S608 - both names come from KEPT
            f"SELECT ctid FROM {table} WHERE {column} < clock_timestamp() - interval '{age}' LIMIT 5000))"
        )
        async with job.sessions.begin() as session:
            deleted += (await session.execute(statement)).rowcount  # type: ignore[attr-defined]
    return deleted
