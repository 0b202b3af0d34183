"""Batches: every list of a service that a person may see, as the service's part of an archive of the workspace."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.errors import Conflict, Forbidden
from shared.exports.archives import check_allowed
from shared.exports.formats import ExportFormat
from shared.exports.lists import Amount, ArchiveFile, Column, ExportList
from shared.exports.models import Export, ExportState
from shared.exports.offered import Exports
from shared.exports.schemas import BatchCreate, BatchFileRead, BatchRead, ColumnRead
from shared.exports.service import KEPT, find_list
from shared.language import Localisation, gettext, localised_for
from shared.one_at_a_time import one_at_a_time
from shared.origin import Origin
from shared.outbox import cause_of, emit
from shared.waking import wake

MOST_BATCHES = 3
"""Per person and workspace within `KEPT`, of which one is unfinished."""


class TooManyArchives(Conflict):
    """An archive of yours is not finished yet, or you have asked for three within a day. Wait for it, or for an older
    one to expire."""

    title = "Too many archives"


async def request_batch(
    session: AsyncSession, exports: Exports, body: BatchCreate, *, access: Access, now: datetime
) -> BatchRead:
    """Queue all lists that the person may see. What was asked for with the same id is only answered. Raises `Forbidden`
    and `TooManyArchives`."""
    check_allowed(access)
    await one_at_a_time(session, f"exports of {access.user_id}")
    recent = await list_batches(session, exports, access=access, now=now)
    if found := next((each for each in recent if each.batch_id == body.batch_id), None):
        return found
    _leave_room(recent)
    rows = [
        _queued(session, body, each, file, access, now) for each in _visible(exports, access) for file in each.archived
    ]
    session.add_all(rows)
    lists = tuple(sorted({row.list for row in rows}))
    event = exports.archive_requested
    await emit(session, event(workspace_id=access.workspace_id, batch_id=body.batch_id, lists=lists))
    await session.flush()
    await wake(session, Export.__tablename__)
    return _read(exports, rows)


def _visible(exports: Exports, access: Access) -> list[ExportList[Any]]:
    return [each for each in exports.lists if each.archived and _sees(each, access)]


def _sees(wanted: ExportList[Any], access: Access) -> bool:
    try:
        wanted.narrowed(access)
    except Forbidden:
        return False
    return True


def _queued(
    session: AsyncSession, body: BatchCreate, wanted: ExportList[Any], file: ArchiveFile, access: Access, now: datetime
) -> Export:
    return Export(
        workspace_id=access.workspace_id, user_id=access.user_id, session_id=access.session_id,
        workspace_kind=access.workspace_kind, batch_id=body.batch_id, list=wanted.name, format=ExportFormat.jsonl,
        filters={**file.filters}, locale=body.locale, requested_at=now, origin=Origin.of(cause_of(session)),
    )  # fmt: skip


def _leave_room(recent: Sequence[BatchRead]) -> None:
    unfinished = (ExportState.queued, ExportState.running)
    if any(file.state in unfinished for batch in recent for file in batch.files):
        raise TooManyArchives("Wait until your archive is finished.")
    if len(recent) >= MOST_BATCHES:
        raise TooManyArchives(f"You have asked for {MOST_BATCHES} archives within a day. Wait until one expires.")


async def list_batches(session: AsyncSession, exports: Exports, *, access: Access, now: datetime) -> list[BatchRead]:
    """The service's part of the person's archives of the last day, the newest first. Raises `Forbidden`."""
    check_allowed(access)
    mine = Export.workspace_id == access.workspace_id, Export.user_id == access.user_id
    recent = Export.batch_id.is_not(None), Export.requested_at > now - KEPT
    newest = Export.requested_at.desc(), Export.batch_id
    found = await session.scalars(select(Export).where(*mine, *recent).order_by(*newest))
    return [_read(exports, list(rows)) for _, rows in groupby(found, key=lambda row: row.batch_id)]


def _read(exports: Exports, rows: Sequence[Export]) -> BatchRead:
    """In the language that the archive was asked for in, its files in the order of the service's lists."""
    with localised_for(Localisation(rows[0].locale)):
        files = [_file(exports, row) for row in rows]
    names = [file.name for each in exports.lists for file in each.archived]
    files.sort(key=lambda file: names.index(file.name))
    return BatchRead(batch_id=_batch_of(rows), requested_at=rows[0].requested_at, files=files)


def _batch_of(rows: Sequence[Export]) -> UUID:
    assert rows[0].batch_id is not None
    return rows[0].batch_id


def _file(exports: Exports, row: Export) -> BatchFileRead:
    wanted = find_list(exports, row.list)
    file = next(each for each in wanted.archived if each.filters == row.filters)
    said = {name: getattr(row, name) for name in BatchFileRead.model_fields if hasattr(row, name)}
    return BatchFileRead(
        **said, name=file.name, meaning=gettext(file.meaning), columns=[_column(each) for each in wanted.columns]
    )


def _column(column: Column) -> ColumnRead:
    return ColumnRead(path=column.path, title=gettext(column.title), is_amount=isinstance(column, Amount))
