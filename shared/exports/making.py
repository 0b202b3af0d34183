"""Workers make the files: a page of the list at a time, in the scope of the person who asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.errors import Forbidden, Unauthenticated
from shared.events import Via
from shared.exports.formats import ExportFormat, writing
from shared.exports.lists import Asked
from shared.exports.models import Export, ExportState
from shared.exports.offered import Exports
from shared.exports.service import KEPT, about, find_list, narrowed_for, rights_of
from shared.jobs import JobContext, Jobs
from shared.language import Localisation, localised_for
from shared.leases import Claim, GivenUp, Retry, claim, prolong, work_through
from shared.outbox import emit
from shared.pages import MOST, json_bytes
from shared.reads import ScopedReads

log = structlog.get_logger()

RETRY = Retry(tries=3, pauses=(timedelta(seconds=5), timedelta(seconds=60)))
LEASE = timedelta(seconds=60)
PROLONGED_EVERY = timedelta(seconds=1)
"""How often a worker says that it lives, and how many rows it has written."""
AT_ONCE = 3
"""Exports per worker, so that a short one does not wait for a long one."""
SWEPT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Made:
    key: str
    rows: int
    size: int
    rights: str


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The person may not see the list any more."""


@dataclass(frozen=True, slots=True)
class NotMade:
    """Something failed; it is tried again."""


class LeaseLost(Exception):
    """Another worker has the export now."""


@dataclass
class Making:
    """One attempt at one export."""

    exports: Exports
    job: JobContext
    export: Export
    rows: int = 0
    prolonged_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.prolonged_at = self.job.real_now

    async def make(self) -> Made | NotAllowed | NotMade:
        assert self.job.absent is not None
        key = key_of(self.export, self.export.tries)
        try:
            reads = await self.job.absent.of(_who_asked(self.export), self._narrowed)
            size = await self.exports.files(self.job.settings).put(key, self._content(reads))
        except (Forbidden, Unauthenticated):
            return NotAllowed()
        except LeaseLost:
            raise
        except Exception:
            log.exception("export.not_made", export_id=str(self.export.id))
            return NotMade()
        return Made(key, self.rows, size, rights_of(reads.access))

    def _narrowed(self, access: Access) -> Access:
        return narrowed_for(self.exports, self.export, access)

    async def _content(self, reads: ScopedReads) -> AsyncIterator[bytes]:
        wanted = find_list(self.exports, self.export.list)
        filters = wanted.filters.model_validate(self.export.filters)
        asked = Asked(reads, filters, self.job.now, self.job.settings)
        with localised_for(Localisation(self.export.locale)):
            head, lines = writing(ExportFormat(self.export.format), wanted.columns)
        yield head
        cursor: str | None = None
        while True:
            page = await wanted.read(asked, cursor, MOST)
            yield lines(json_bytes(item) for item in page["items"])
            self.rows, cursor = self.rows + len(page["items"]), page["next"]
            await self._prolong(last=cursor is None)
            if cursor is None:
                return

    async def _prolong(self, *, last: bool) -> None:
        """Before the file becomes visible, too: a worker that was thought dead leaves none behind."""
        now = self.job.real_now
        if last or now - self.prolonged_at >= PROLONGED_EVERY:
            self.prolonged_at = now
            if not await prolong(self.job.sessions, self.export, now + LEASE, rows=self.rows):
                raise LeaseLost(str(self.export.id))

    async def record(self, session: AsyncSession, outcome: Made | NotAllowed | NotMade | GivenUp) -> None:
        """In the transaction that gives the lease of ``export`` back."""
        export, now = self.export, self.job.real_now
        due_at = RETRY.next_try(export, now) if isinstance(outcome, NotMade) else None
        export.due_at = due_at
        if due_at is not None:
            export.state, export.rows = ExportState.queued, 0
            return
        export.state, export.finished_at, export.expires_at = ExportState.failed, now, now + KEPT
        if isinstance(outcome, Made):
            export.state, export.rows, export.size = ExportState.done, outcome.rows, outcome.size
            export.file_key, export.rights = outcome.key, outcome.rights
            if export.batch_id is None:  # the log has an archive once, when it is asked for
                await emit(session, about(self.exports.made, export))


def key_of(export: Export, tries: int) -> str:
    """Each attempt has a file of its own: two workers never write the same one."""
    return f"exports/{export.id}-{tries}.{export.format}"


def _who_asked(export: Export) -> Access:
    """The access of whoever asked, without roles: those of now are read."""
    return Access(
        export.user_id, export.begun_by_address or "", export.session_id, export.workspace_id, export.workspace_kind,
        export.parent_workspace_id, Via(export.begun_via), (), holder_control=True,
    )  # fmt: skip


def add_jobs(exports: Exports, jobs: Jobs) -> None:
    """The jobs of a service that exports lists."""

    async def find(job: JobContext, session: AsyncSession) -> list[Claim[Export]]:
        return await claim(session, Export, RETRY, now=job.real_now, lease=LEASE, limit=1, state=ExportState.running)

    async def do(job: JobContext, export: Export) -> Made | NotAllowed | NotMade:
        return await Making(exports, job, export).make()

    async def record(
        job: JobContext, session: AsyncSession, export: Export, outcome: Made | NotAllowed | NotMade | GivenUp
    ) -> None:
        await Making(exports, job, export).record(session, outcome)

    async def make_exports(job: JobContext) -> int:
        return await work_through(job, find, do, record)

    async def delete_expired_exports(job: JobContext) -> int:
        return await delete_expired(exports, job)

    jobs.every(seconds=5, woken_by=Export.__tablename__, at_once=AT_ONCE)(make_exports)
    jobs.every(seconds=60)(delete_expired_exports)


async def delete_expired(exports: Exports, job: JobContext) -> int:
    """Delete the files of expired exports, and their rows a day later: until then the answer is that they are over."""
    files, now = exports.files(job.settings), job.real_now
    is_old = Export.expires_at <= now - KEPT
    over = select(Export).where(Export.expires_at <= now, or_(Export.file_key.is_not(None), is_old))
    async with job.sessions() as session:
        found = (await session.scalars(over.order_by(Export.expires_at).limit(100))).all()
    for export in found:
        for tries in range(1, export.tries + 1):
            await files.delete(key_of(export, tries))
    await _forget(job, [export.id for export in found], now)
    await files.sweep(now - SWEPT_AFTER)
    return len(found)


async def _forget(job: JobContext, ids: list[UUID], now: datetime) -> None:
    unsynchronised = {"synchronize_session": False}
    async with job.sessions.begin() as session:
        deleted = update(Export).where(Export.id.in_(ids)).values(file_key=None)
        await session.execute(deleted, execution_options=unsynchronised)
        old = delete(Export).where(Export.id.in_(ids), Export.expires_at <= now - KEPT)
        await session.execute(old, execution_options=unsynchronised)
