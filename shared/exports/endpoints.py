"""The endpoints of a service's exports. Each list has its own permission, which the functions check."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.exports import batches, service
from shared.exports.archives import PERMISSION, OnlyInOwnName, Telling, tell_download
from shared.exports.batches import TooManyArchives
from shared.exports.formats import MEDIA_TYPES, ExportFormat
from shared.exports.models import Export
from shared.exports.offered import Exports
from shared.exports.schemas import BatchCreate, BatchRead, ExportCreate, ExportRead
from shared.exports.service import ExportNotReady, ExportOver, TooManyExports
from shared.files import Files
from shared.idempotency import Once
from shared.pages import Page

FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()},
    }
}


async def _offered(request: Request) -> Exports:
    found: Exports = request.app.state.runtime.service.exports
    return found


Offered = Annotated[Exports, Depends(_offered)]


async def _files(request: Request, exports: Offered) -> Files:
    return exports.files(request.app.state.runtime.settings)


async def _of_archive(
    access: CurrentAccess,
    exports: Offered,
    now: RealNow,
    archive: Annotated[UUID | None, Query(description="your archive that it is for: the log has that once")] = None,
) -> Telling | None:
    if archive is None:
        return None

    async def tell(session: AsyncSession) -> None:
        await tell_download(session, exports, archive, access=access, now=now)

    return tell


OfArchive = Annotated[Telling | None, Depends(_of_archive)]
"""What says that a file is downloaded for an archive, in place of the file's own event. None: it is for itself."""


def exports_router(name: str) -> Router:
    """The endpoints of the service with this name."""
    router, guard = Router(name, "exports"), allow("session.own")
    router.post("", guard=guard, status_code=201, problems=(TooManyExports,))(request_export)
    router.get("", guard=guard)(list_exports)
    archive = allow(PERMISSION)
    refusals = (TooManyArchives, OnlyInOwnName)
    router.post("/batches", guard=archive, status_code=201, problems=refusals)(request_batch)
    router.get("/batches", guard=archive, problems=(OnlyInOwnName,))(list_batches)
    router.get("/{export_id}", guard=guard, response_model=ExportRead)(get_export)
    over = (ExportNotReady, ExportOver, OnlyInOwnName)
    router.get("/{export_id}/file", guard=guard, problems=over, response_class=Response, responses=FILE)(get_file)
    return router


async def request_export(
    body: ExportCreate, session: Session, access: CurrentAccess, exports: Offered, now: RealNow, once: Once
) -> ExportRead:
    """Export a list as a file, with the rows that you may see. Your exports say when it is ready."""

    async def work() -> Export:
        return await service.request_export(session, exports, body, access=access, now=now)

    return await once(body, ExportRead, work)


async def list_exports(session: Session, access: CurrentAccess, now: RealNow) -> Page[ExportRead]:
    """Your exports of the last day in this workspace, newest first, without archives. There is one page."""
    found = await service.list_exports(session, access=access, now=now)
    return Page(items=[ExportRead.model_validate(export) for export in found])


async def request_batch(
    body: BatchCreate, session: Session, access: CurrentAccess, exports: Offered, now: RealNow, once: Once
) -> BatchRead:
    """Export all lists of this workspace that you may see, as this service's part of an archive of all its data."""

    async def work() -> BatchRead:
        return await batches.request_batch(session, exports, body, access=access, now=now)

    return await once(body, BatchRead, work)


async def list_batches(session: Session, access: CurrentAccess, exports: Offered, now: RealNow) -> Page[BatchRead]:
    """This service's part of your archives of the last day, newest first. There is one page."""
    return Page(items=await batches.list_batches(session, exports, access=access, now=now))


async def get_export(export_id: UUID, session: Session, access: CurrentAccess) -> Export:
    """One of your exports."""
    return await service.get_export(session, export_id, access=access)


async def get_file(
    export_id: UUID,
    session: Session,
    access: CurrentAccess,
    exports: Offered,
    files: Annotated[Files, Depends(_files)],
    now: RealNow,
) -> StreamingResponse:
    """The file, for a day, and as long as your rights are those with which it was made."""
    export, content = await service.open_file(session, exports, files, export_id, access=access, now=now)
    name = f"{export.list}-{export.requested_at:%Y-%m-%d}.{export.format}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(export.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(content, media_type=MEDIA_TYPES[ExportFormat(export.format)], headers=headers)
