"""What customers download."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Header, Path, Request, Response
from fastapi.responses import RedirectResponse

from services.provisioning.downloads import listing, service
from services.provisioning.downloads.links import LIFE, Link, NoLink, open_link, seal_link
from services.provisioning.downloads.ranges import NotSatisfiable, Part, asked_part
from services.provisioning.downloads.refusals import (
    DownloadLinkOver,
    FileUnavailable,
    RangeNotSatisfiable,
    ReleaseLocked,
    TooManyDownloads,
)
from services.provisioning.downloads.schemas import (
    DownloadCreate,
    DownloadLinkRead,
    DownloadProductsRead,
    DownloadReleaseRead,
    DownloadSignatureRead,
)
from services.provisioning.downloads.service import ServedFile, link_over
from services.provisioning.downloads.streaming import RETRY_AFTER, FileStream, Places
from services.provisioning.releases.store import Store, store_of
from services.provisioning.settings import CurrentSettings, Settings
from shared.app import Runtime
from shared.auth import CurrentAccess, Router, allow, public
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.files import NoSuchFile
from shared.outbox import Cause, transaction
from shared.pages import Cursor, Limit, Page, json_response, page_of
from shared.scope import begin_in

log = structlog.get_logger()
router = Router("provisioning", "downloads")

GUARD = allow("download.get")
LINK = public("the link is the proof: a browser, or a program that resumes a download, sends no token")
BINARY: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": BINARY},
    206: {"description": "The part of the file that `Range` asks for", "content": BINARY},
    307: {"description": "The address of the file in a store that customers can reach"},
}
_places = Places()


@router.get("/products", guard=GUARD)
async def list_products(session: Session, access: CurrentAccess) -> DownloadProductsRead:
    """The products with releases, of which the workspace has a valid licence or an active service, by name."""
    return DownloadProductsRead(items=await listing.list_products(session, access))


@router.get("/products/{product_key}/releases", guard=GUARD, response_model=Page[DownloadReleaseRead])
async def list_releases(
    product_key: str, session: Session, access: CurrentAccess, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """The published releases of a product that the workspace has, newest first, also those that came out after its
    maintenance ended."""
    rows = await listing.list_releases(session, product_key, access=access, cursor=cursor, limit=limit)
    return json_response(page_of(rows, limit, ("released_on", "id")))


@router.get("/releases/{release_id}/signature", guard=GUARD)
async def get_signature(release_id: UUID, session: Session, access: CurrentAccess) -> DownloadSignatureRead:
    """What verifies the files of a release, also of one that is locked."""
    return DownloadSignatureRead.model_validate(await listing.find_release(session, release_id, access))


@router.post("", guard=GUARD, problems=(NotFound, ReleaseLocked))
async def ask_for_link(
    body: DownloadCreate, session: Session, access: CurrentAccess, settings: CurrentSettings, real_now: RealNow
) -> DownloadLinkRead:
    """A link to a file, valid for five minutes, for `GET /downloads/{link}`. Asking again makes another link, and keeps
    nothing: a download is logged when it begins."""
    link = await service.ask_for_link(session, body.file_id, access=access, now=real_now)
    sealed = seal_link(settings.secret_keys, link)
    return DownloadLinkRead(path=f"{router.prefix}/{sealed}", expires_at=link.expires_at)


@router.get(
    "/{link}",
    guard=LINK,
    problems=(DownloadLinkOver, RangeNotSatisfiable, TooManyDownloads, FileUnavailable),
    response_class=Response,
    responses=FILE,
)
async def download(
    link: Annotated[str, Path(max_length=4000)], request: Request, settings: CurrentSettings, now: Now,
    real_now: RealNow, range_: Annotated[str | None, Header(alias="range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:  # fmt: skip
    """The file of a link, or the part of it that `Range` asks for. The `ETag` names the content, so that a download is
    resumed by a later link with `If-Range`. The link has to be valid when the answer begins, and the release
    published."""
    try:
        opened = open_link(settings.secret_keys, link, real_now)
    except NoLink:
        raise link_over() from None
    runtime: Runtime = request.app.state.runtime
    async with begin_in(runtime.sessions, opened.workspace_id, opened.actor.user_id) as session:
        file = await service.find_file(session, opened)
    part = _part_of(file, range_, if_range)
    return await _serve(runtime, settings, opened, file, part, _cause(opened, request, now))


def _part_of(file: ServedFile, asked: str | None, only_if: str | None) -> Part | None:
    try:
        return asked_part(file.size, file.etag, asked, only_if)
    except NotSatisfiable:
        raise RangeNotSatisfiable(f"The file has {file.size} bytes.", size=file.size) from None


def _cause(link: Link, request: Request, now: Any) -> Cause:
    """Who asked for the link downloads by it."""
    return Cause(link.actor, now, request.state.correlation_id, None, link.parent_workspace_id)


async def _serve(
    runtime: Runtime, settings: Settings, link: Link, file: ServedFile, part: Part | None, cause: Cause
) -> Response:
    """What is not there is not logged as downloaded. No connection to the database is held while the file is sent."""
    store, here = store_of(settings), part or Part(0, file.size, file.size)
    _places.take(settings.downloads_at_once)
    try:
        address, pieces = await _opened(store, file, here)
        async with transaction(runtime.sessions, cause, workspace_id=link.workspace_id) as session:
            await service.log_download(session, link, now=cause.now)
    except BaseException:
        _places.give_back()
        raise
    if address:
        _places.give_back()
        return RedirectResponse(address, 307, {"Cache-Control": "private, no-store"})
    status, seconds = (206 if part else 200), timedelta(hours=settings.downloads_hours).total_seconds()
    return FileStream(pieces, _places, status=status, headers=_headers(file, here, part), seconds=seconds)


async def _opened(store: Store, file: ServedFile, part: Part) -> tuple[str | None, Any]:
    """The address of the file in the store, or its content. Raises `FileUnavailable`."""
    try:
        if await store.size(file.key) != file.size:
            raise NoSuchFile(file.key)
        if address := await store.address(file.key, LIFE):
            return address, None
        return None, store.read(file.key, part.start, part.length)
    except (OSError, NoSuchFile) as error:
        log.error("download.unavailable", key=file.key, error=type(error).__name__)
        raise FileUnavailable("The file cannot be read just now. Try again later.", retry_after=RETRY_AFTER) from error


def _headers(file: ServedFile, here: Part, part: Part | None) -> dict[str, str]:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Length": str(here.length),
        "Accept-Ranges": "bytes",
        "ETag": file.etag,
        "Cache-Control": "private, no-store",
    }
    return headers | ({"Content-Range": here.content_range} if part else {})
