"""Jobs: sealing and signing, asynchronously, so that writers of entries do not wait; and old names."""

from datetime import timedelta

from services.audit.names.catching_up import learn_old_names
from services.audit.seals.checkpoints import sign_checkpoint
from services.audit.seals.service import seal_entries
from services.audit.settings import Settings
from shared.jobs import JobContext, Jobs

jobs = Jobs("audit")


@jobs.every(seconds=0.5)
async def seal_waiting_entries(job: JobContext) -> int:
    async with job.sessions.begin() as session:
        return await seal_entries(session)


@jobs.every(seconds=5)
async def sign_due_checkpoint(job: JobContext) -> int:
    settings: Settings = job.settings
    every = timedelta(seconds=settings.checkpoint_seconds)
    async with job.sessions.begin() as session:
        await sign_checkpoint(session, settings.seal_key, now=job.real_now, every=every)
    return 0


@jobs.every(seconds=60)
async def learn_names_of_old_entries(job: JobContext) -> int:
    settings: Settings = job.settings
    async with job.sessions.begin() as session:
        return await learn_old_names(session, settings.seal_key)
