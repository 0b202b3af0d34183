"""Exports as people ask for them, watch them and download them. All times are real time."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.errors import PRESENT_STATE, Conflict, Gone, Invalid, NotFound
from shared.events.exports import ExportEvent
from shared.exports.archives import check_allowed, tell_download
from shared.exports.lists import ExportList
from shared.exports.models import UNFINISHED, Export, ExportState
from shared.exports.offered import Exports
from shared.exports.schemas import ExportCreate
from shared.field_errors import field_error, of_pydantic, pointer_of
from shared.files import Files, NoSuchFile
from shared.one_at_a_time import one_at_a_time
from shared.origin import Origin
from shared.outbox import cause_of, emit
from shared.scope import acting_in
from shared.waking import wake

KEPT = timedelta(hours=24)
"""How long a file can be downloaded, and how long people see an export in their list."""
MOST_UNFINISHED, MOST_KEPT = 3, 50
"""Per person and workspace: at once, and within `KEPT`."""

OF_PAGES = {"cursor", "limit", "count"}
"""What a list's query has besides filters and an order."""


class TooManyExports(Conflict):
    """Three exports of yours are not finished yet, or you have asked for fifty within a day. Wait for one to finish, or
    for an older one to expire."""

    title = "Too many exports"


class ExportNotReady(Conflict):
    """The file is not made yet, or could not be made. ``state`` is the export's current state."""

    title = "The file is not ready"
    members = PRESENT_STATE


class ExportOver(Gone):
    """The file was deleted after a day, or your rights have changed since it was made. Export the list again."""

    title = "The file is no longer available"


async def request_export(
    session: AsyncSession, exports: Exports, body: ExportCreate, *, access: Access, now: datetime
) -> Export:
    """Queue an export of a list that the person may see. Raises `Invalid` for an unknown list or filter."""
    wanted = find_list(exports, body.list)
    wanted.narrowed(access)
    filters = _checked(wanted, body.filters)
    cause = cause_of(session)
    export = Export(
        workspace_id=access.workspace_id, user_id=access.user_id, session_id=access.session_id,
        workspace_kind=access.workspace_kind, list=body.list, format=body.format, filters=filters, locale=body.locale,
        requested_at=now, origin=Origin.of(cause),
    )  # fmt: skip
    # An export of their own is no part of a bill group or location that their grant may be limited to.
    async with acting_in(session, access.workspace_id, access.user_id):
        await _leave_room(session, access, now)
        session.add(export)
    await wake(session, Export.__tablename__)
    return export


def find_list(exports: Exports, name: str) -> ExportList[Any]:
    found = exports.named(name)
    if found is None:
        errors = [field_error("/list", "not_a_choice", "is no list that can be exported here")]
        raise Invalid("There is no such list.", errors=errors)
    return found


def _checked(wanted: ExportList[Any], filters: dict[str, Any]) -> dict[str, Any]:
    known = {field.alias or name for name, field in wanted.filters.model_fields.items()} - OF_PAGES
    errors = [field_error(pointer_of(("filters", name)), "unknown_field", "is no filter of this list")
              for name in filters.keys() - known]  # fmt: skip
    try:
        found = wanted.filters.model_validate(filters)
    except ValidationError as error:
        errors += of_pydantic(error.errors(), "filters")
    if errors:
        raise Invalid("Some fields are not valid.", errors=errors)
    said: dict[str, Any] = found.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return said


async def _leave_room(session: AsyncSession, access: Access, now: datetime) -> None:
    await one_at_a_time(session, f"exports of {access.user_id}")
    counts = select(func.count(), func.count().filter(text(UNFINISHED))).where(*_recent(access, now))
    kept, unfinished = (await session.execute(counts)).one()
    if unfinished >= MOST_UNFINISHED:
        raise TooManyExports("Wait until one of your exports is finished.")
    if kept >= MOST_KEPT:
        raise TooManyExports(f"You have asked for {MOST_KEPT} exports within a day. Wait until one expires.")


def _recent(access: Access, now: datetime) -> tuple[Any, ...]:
    mine = Export.workspace_id == access.workspace_id, Export.user_id == access.user_id
    return *mine, Export.batch_id.is_(None), Export.requested_at > now - KEPT


async def list_exports(session: AsyncSession, *, access: Access, now: datetime) -> Sequence[Export]:
    """The person's exports of the last day in this workspace, newest first, without those of archives."""
    newest = Export.requested_at.desc(), Export.id.desc()
    return (await session.scalars(select(Export).where(*_recent(access, now)).order_by(*newest).limit(MOST_KEPT))).all()


async def get_export(session: AsyncSession, export_id: UUID, *, access: Access) -> Export:
    """An export of the person in this workspace. Raises `NotFound`."""
    mine = Export.workspace_id == access.workspace_id, Export.user_id == access.user_id, Export.id == export_id
    found = await session.scalar(select(Export).where(*mine))
    if found is None:
        raise NotFound("There is no such export.")
    return found


async def open_file(
    session: AsyncSession, exports: Exports, files: Files, export_id: UUID, *, access: Access, now: datetime
) -> tuple[Export, AsyncIterator[bytes]]:
    """The file of an export, if the person still has the rights that it was made with."""
    export = await get_export(session, export_id, access=access)
    narrowed_for(exports, export, access)
    if export.state != ExportState.done or export.expires_at is None:
        raise ExportNotReady("The file is not ready.", state=export.state)
    if export.expires_at <= now or export.file_key is None or export.rights != rights_of(access):
        raise ExportOver("The file is no longer available. Export the list again.")
    try:
        content = await files.open(export.file_key)
    except NoSuchFile:
        raise ExportOver("The file is no longer available. Export the list again.") from None
    if export.batch_id is None:
        await emit(session, about(exports.downloaded, export))
    else:
        await tell_download(session, exports, export.batch_id, access=access, now=now)
    return export, content


def narrowed_for(exports: Exports, export: Export, access: Access) -> Access:
    """The access with which the export may be made and downloaded. Raises `Forbidden`."""
    if export.batch_id is not None:
        check_allowed(access)
    return find_list(exports, export.list).narrowed(access)


def rights_of(access: Access) -> str:
    """All that a person's rights in the workspace follow from: a file is for the rights that it was made with."""
    return f"{sorted(map(str, access.granted_roles))} {access.holder_control}"


def about(event: type[ExportEvent], export: Export) -> ExportEvent:
    return event(
        workspace_id=export.workspace_id, export_id=export.id, list=export.list, format=export.format, rows=export.rows
    )
