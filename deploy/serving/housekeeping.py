"""Jobs of every service: old rows of the plumbing's tables are deleted, in real time, and the outbox is measured."""

from sqlalchemy import text

from shared.app import ServiceDefinition
from shared.attempts.telling import telling_job
from shared.exports.making import add_jobs
from shared.jobs import JobContext, Jobs
from shared.telemetry.metrics import OUTBOX_AGE, OUTBOX_WAITING

_WAITING = text(
    "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)"
    " FROM (SELECT created_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 10000) AS waiting"
)
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


async def measure_outbox(job: JobContext) -> int:
    """Update the metrics of waiting rows, counted up to 10,000, and of their age."""
    async with job.sessions() as session:
        waiting, age = (await session.execute(_WAITING)).one()
    OUTBOX_WAITING.set(waiting)
    OUTBOX_AGE.set(age)
    return 0


def jobs_of(service: ServiceDefinition) -> Jobs:
    """All jobs of a worker: the service's own and these."""
    jobs = Jobs(service.name, list(service.jobs.jobs) if service.jobs else [])
    if service.exports:
        add_jobs(service.exports, jobs)
    if service.attempts:
        jobs.every(seconds=60)(telling_job(service.attempts))
    jobs.every(seconds=3600)(prune)
    jobs.every(seconds=5)(measure_outbox)
    return jobs
