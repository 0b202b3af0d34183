"""Work on the files of releases outside of any transaction: checksums of those that lie in the store already, and
deleting what was removed or broke off."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.releases.models import FileState, ReleaseFile
from services.provisioning.releases.store import store_of
from shared.files import NoSuchFile
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, Retry, claim

log = structlog.get_logger()

RETRY = Retry(tries=4, pauses=(timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)))
LEASE = timedelta(hours=2)
"""Longer than it takes to read the largest files of a slow store."""
BATCH = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """What the store has."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """The store has nothing of it any more."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The store did not answer, or has no such file."""


async def claim_files(job: JobContext, session: AsyncSession) -> Sequence[Claim[ReleaseFile]]:
    return await claim(session, ReleaseFile, RETRY, now=job.real_now, lease=LEASE, limit=BATCH)


async def work_on_file(job: JobContext, file: ReleaseFile) -> Checked | Deleted | Unread:
    """Compute the checksum of a claimed file, or delete it. No connection to the database is held meanwhile."""
    store = store_of(job.settings)
    try:
        if file.state == FileState.checking:
            size, digest = await store.size(file.key), hashlib.sha256()
            async for piece in store.read(file.key, 0, size):
                digest.update(piece)
            return Checked(size, digest.hexdigest())
        if not file.is_placed:
            await store.delete(file.key)
        return Deleted()
    except (OSError, NoSuchFile) as error:
        log.warning("release_file.unread", key=file.key, error=type(error).__name__)
        return Unread()


async def record_file(
    job: JobContext, session: AsyncSession, file: ReleaseFile, outcome: Checked | Deleted | Unread | GivenUp
) -> None:
    """In the transaction that gives the lease back."""
    if isinstance(outcome, Deleted):
        await session.delete(file)
    elif isinstance(outcome, Checked):
        file.state, file.size, file.sha256 = FileState.ready, outcome.size, outcome.sha256
        file.due_at, file.tries = None, 0
    elif file.state == FileState.checking:
        file.due_at = RETRY.next_try(file, job.real_now) if isinstance(outcome, Unread) else None
        file.state = file.state if file.due_at else FileState.failed
    else:  # until it is deleted, however long that takes
        file.due_at, file.tries = job.real_now + RETRY.pauses[-1], 0
