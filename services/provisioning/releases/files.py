"""The files of a draft: uploaded by staff, or chosen among those that an operator has put into the store.

The store is called outside of transactions. A row is there before anything is in the store, so that whatever breaks
off, a job finds what is left of it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.releases.models import FileState, ReleaseFile
from services.provisioning.releases.refusals import (
    FileNotPlaced,
    ReleaseFileExists,
    StoreUnavailable,
    TooManyReleaseFiles,
)
from services.provisioning.releases.service import files_of, lock_draft
from services.provisioning.releases.store import INCOMING, Store
from shared.errors import BodyTooLarge, NotFound
from shared.field_errors import field_error
from shared.files import NoSuchFile
from shared.origin import Origin
from shared.outbox import cause_of
from shared.waking import wake

log = structlog.get_logger()

MOST_FILES = 20
BROKEN_OFF_AFTER = timedelta(hours=6)
"""Longer than any upload may take (`UPLOAD_SECONDS`)."""
UPLOAD_SECONDS = 4 * 3600
RETRY_AFTER = 30

Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Begins a transaction in the scope of the request."""


class Received:
    """What has come of an upload so far, of which there are at most so many bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.size, self.digest = most, 0, hashlib.sha256()

    async def counted(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same pieces. Raises `BodyTooLarge`."""
        async for piece in content:
            self.size += len(piece)
            if self.size > self.most:
                raise BodyTooLarge(f"Send at most {self.most:,} bytes, or put the file into the store.")
            self.digest.update(piece)
            yield piece


async def upload_file(
    begin: Begin, store: Store, release_id: UUID, name: str, content: AsyncIterator[bytes], *,
    most: int, provider_id: UUID, now: datetime,
) -> ReleaseFile:  # fmt: skip
    """Keep what ``content`` yields, at most so many bytes, as a file of a draft. No connection to the database is held
    meanwhile. ``now`` is real time. Raises `NotFound`, `ReleaseNotDraft`, `ReleaseFileExists`, `TooManyReleaseFiles`,
    `BodyTooLarge` or `StoreUnavailable`."""
    async with begin() as session:
        file = await _add(session, release_id, name, FileState.receiving, provider_id=provider_id)
        file.key, file.due_at = f"releases/{release_id}/{file.id}", now + BROKEN_OFF_AFTER
    received = Received(most)
    try:
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await store.put(file.key, received.counted(content), name=name)
        except OSError as error:
            log.exception("release_file.not_stored", key=file.key)
            raise StoreUnavailable("The file could not be kept. Try again.", retry_after=RETRY_AFTER) from error
        async with begin() as session:
            return await _conclude(session, release_id, file.id, received)
    except BaseException:
        async with begin() as session:
            await _remove(session, await session.get(ReleaseFile, file.id, with_for_update=True), now)
        with suppress(OSError):  # somebody removed it, and the job has been there before the last piece came
            await store.delete(file.key)
        raise


async def choose_placed_file(
    session: AsyncSession, release_id: UUID, name: str, *, is_placed: bool, provider_id: UUID, now: datetime
) -> ReleaseFile:
    """Make a file that lies in the store one of a draft. A job computes its checksum. ``now`` is real time. Raises
    `NotFound`, `ReleaseNotDraft`, `ReleaseFileExists`, `TooManyReleaseFiles` or `FileNotPlaced`."""
    if not is_placed:
        raise FileNotPlaced("Choose a file.", errors=[field_error("/name", "not_offered", "is not in the store")])
    file = await _add(session, release_id, name, FileState.checking, provider_id=provider_id)
    file.key, file.is_placed, file.due_at = f"{INCOMING}{name}", True, now
    await wake(session, ReleaseFile.__tablename__)
    return file


async def is_in_store(store: Store, name: str) -> bool:
    """Whether an operator has put such a file there. Raises `StoreUnavailable`."""
    try:
        await store.size(f"{INCOMING}{name}")
    except NoSuchFile:
        return False
    except OSError as error:
        raise StoreUnavailable("The store does not answer. Try again.", retry_after=RETRY_AFTER) from error
    return True


async def remove_file(session: AsyncSession, release_id: UUID, file_id: UUID, *, now: datetime) -> None:
    """Take a file away from a draft. ``now`` is real time. Raises `NotFound` or `ReleaseNotDraft`."""
    await lock_draft(session, release_id)
    file = await session.get(ReleaseFile, file_id, with_for_update=True)
    if file is None or file.release_id != release_id or file.state == FileState.removed:
        raise NotFound("There is no such file in this release.")
    await _remove(session, file, now)


async def _add(
    session: AsyncSession, release_id: UUID, name: str, state: FileState, *, provider_id: UUID
) -> ReleaseFile:
    release = await lock_draft(session, release_id)
    files = await files_of(session, release.id)
    if any(file.name == name for file in files):
        raise ReleaseFileExists(f"The release has a file {name} already. Remove it first.")
    if len(files) >= MOST_FILES:
        raise TooManyReleaseFiles(f"A release has at most {MOST_FILES} files.")
    file = ReleaseFile(
        id=uuid4(), workspace_id=provider_id, release_id=release.id, name=name, key="", is_placed=False, state=state,
        origin=Origin.of(cause_of(session)),
    )  # fmt: skip
    session.add(file)
    release.revision += 1
    return file


async def _conclude(session: AsyncSession, release_id: UUID, file_id: UUID, received: Received) -> ReleaseFile:
    await lock_draft(session, release_id)
    file = await session.get(ReleaseFile, file_id, with_for_update=True, populate_existing=True)
    if file is None or file.state != FileState.receiving:
        raise NotFound("The file was removed while it was uploaded.")
    file.state, file.due_at = FileState.ready, None
    file.size, file.sha256 = received.size, received.digest.hexdigest()
    return file


async def _remove(session: AsyncSession, file: ReleaseFile | None, now: datetime) -> None:
    """From now on it is no file of the release. A job deletes what the store has of it."""
    if file is not None and file.state != FileState.removed:
        file.state, file.due_at, file.lease_id, file.tries = FileState.removed, now, None, 0
        await wake(session, ReleaseFile.__tablename__)
