"""Releases of products, for the provider's staff."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from starlette.requests import ClientDisconnect

from services.provisioning.releases import files, listing, service
from services.provisioning.releases.models import Release
from services.provisioning.releases.names import MOST_NAME
from services.provisioning.releases.refusals import (
    FileNotPlaced,
    ProductNotKnown,
    ReleaseFileExists,
    ReleaseNotDraft,
    ReleaseNotPublished,
    ReleaseNotReady,
    ReleaseVersionTaken,
    StoreUnavailable,
    TooManyReleaseFiles,
    UploadBrokenOff,
)
from services.provisioning.releases.schemas import (
    FileName,
    PlacedFileChoice,
    PlacedFileRead,
    PlacedFilesRead,
    ReleaseChanged,
    ReleaseCreate,
    ReleaseFileAdded,
    ReleaseRead,
    ReleaseSummaryRead,
    ReleaseUpdate,
    ReleaseWithdrawal,
)
from services.provisioning.releases.store import Store, placed_files, store_of
from services.provisioning.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import BodyTooLarge, NotFound
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "releases")

GUARD = allow("catalogue.edit")
ADDING = (NotFound, ReleaseNotDraft, ReleaseFileExists, TooManyReleaseFiles, StoreUnavailable)
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}


async def _store(settings: CurrentSettings) -> Store:
    return store_of(settings)


CurrentStore = Annotated[Store, Depends(_store)]


@router.get("", guard=GUARD, response_model=Page[ReleaseSummaryRead])
async def list_releases(product_id: UUID, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The releases of a product in all states, newest first."""
    rows = await listing.list_releases(read, product_id=product_id, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("released_on", "id"))


@router.post("", guard=GUARD, status_code=201, problems=(ProductNotKnown, ReleaseVersionTaken))
async def add_release(body: ReleaseCreate, session: Session, once: Once) -> ReleaseChanged:
    """Begin a release of a product, as a draft."""

    async def add() -> Release:
        return await service.add_release(session, body)

    return await once(body, ReleaseChanged, add)


@router.get("/placed-files", guard=GUARD, problems=(StoreUnavailable,))
async def list_placed_files(store: CurrentStore, settings: CurrentSettings) -> PlacedFilesRead:
    """The files that the operator has put into the store, of which drafts can have any, and how large one may be that
    is uploaded."""
    try:
        found = await placed_files(store)
    except OSError as error:
        raise StoreUnavailable("The store does not answer. Try again.", retry_after=files.RETRY_AFTER) from error
    items = [PlacedFileRead.model_validate(each) for each in found]
    return PlacedFilesRead(items=items, upload_bytes=settings.upload_bytes)


@router.get("/{release_id}", guard=GUARD, response_model=ReleaseRead)
async def get_release(release_id: UUID, read: Reader) -> Response:
    """One release with its files."""
    return json_response(await listing.read_release(read, release_id))


@router.put("/{release_id}", guard=GUARD, problems=(ReleaseNotDraft, ReleaseVersionTaken))
async def change_release(release_id: UUID, body: ReleaseUpdate, session: Session) -> ReleaseChanged:
    """Change what a draft says."""
    return ReleaseChanged.model_validate(await service.change_release(session, release_id, body))


@router.post("/{release_id}/publish", guard=GUARD, problems=(ReleaseNotDraft, ReleaseNotReady))
async def publish_release(
    release_id: UUID, session: Session, access: CurrentAccess, settings: CurrentSettings, now: Now
) -> ReleaseChanged:
    """Offer a draft to customers whose licences entitle to it. Its checksums are signed, and it does not change any
    more. Changes nothing if it is published."""
    keys, provider_id = settings.licence_keys, access.workspace_id
    published = await service.publish_release(session, release_id, provider_id=provider_id, keys=keys, now=now)
    return ReleaseChanged.model_validate(published)


@router.post("/{release_id}/withdraw", guard=GUARD, problems=(ReleaseNotPublished,))
async def withdraw_release(
    release_id: UUID, body: ReleaseWithdrawal, session: Session, access: CurrentAccess, now: Now
) -> ReleaseChanged:
    """Offer a release no more, for a reason. Who has downloaded it stays in the log."""
    provider_id = access.workspace_id
    withdrawn = await service.withdraw_release(session, release_id, body.reason, provider_id=provider_id, now=now)
    return ReleaseChanged.model_validate(withdrawn)


async def _is_placed(body: PlacedFileChoice, store: CurrentStore) -> bool:
    return await files.is_in_store(store, body.name)


IsPlaced = Annotated[bool, Depends(_is_placed)]
"""Whether the store has the file that is chosen. Named before the session: the store is asked before a transaction."""


@router.post("/{release_id}/files", guard=GUARD, status_code=201, problems=(*ADDING, FileNotPlaced))
async def choose_placed_file(
    release_id: UUID, body: PlacedFileChoice, is_placed: IsPlaced, session: Session, access: CurrentAccess,
    real_now: RealNow, once: Once,
) -> ReleaseFileAdded:  # fmt: skip
    """Make a file that lies in the store one of a draft. Its checksum is computed by and by. It stays where it is, and
    must not be changed or removed while a release has it."""

    async def choose() -> Any:
        return await files.choose_placed_file(
            session, release_id, body.name, is_placed=is_placed, provider_id=access.workspace_id, now=real_now
        )

    return await once(body, ReleaseFileAdded, choose)


@router.put(
    "/{release_id}/files/{name}",
    guard=GUARD,
    status_code=201,
    openapi_extra=UPLOAD,
    problems=(*ADDING, BodyTooLarge, UploadBrokenOff),
)
async def upload_file(
    release_id: UUID, name: Annotated[FileName, Path(max_length=MOST_NAME)], request: Request,
    settings: CurrentSettings, access: CurrentAccess, store: CurrentStore, real_now: RealNow,
) -> ReleaseFileAdded:  # fmt: skip
    """Upload a file of a draft: the body, whatever its content type says, up to the size that the installation
    allows."""
    runtime = request.app.state.runtime
    try:
        added = await files.upload_file(
            lambda: runtime.request_transaction(request), store, release_id, name, request.stream(),
            most=settings.upload_bytes, provider_id=access.workspace_id, now=real_now,
        )  # fmt: skip
    except ClientDisconnect:
        raise UploadBrokenOff("The connection ended before the whole file had come.") from None
    return ReleaseFileAdded.model_validate(added)


@router.delete("/{release_id}/files/{file_id}", guard=GUARD, status_code=204, problems=(ReleaseNotDraft,))
async def remove_file(release_id: UUID, file_id: UUID, session: Session, real_now: RealNow) -> None:
    """Take a file away from a draft. What an operator has put into the store stays there."""
    await files.remove_file(session, release_id, file_id, now=real_now)
