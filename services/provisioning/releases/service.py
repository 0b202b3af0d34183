"""What staff do with releases: entering, changing, publishing and withdrawing them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.products.models import Product
from services.provisioning.releases.models import FileState, Release, ReleaseFile, ReleaseState
from services.provisioning.releases.refusals import (
    ProductNotKnown,
    ReleaseNotDraft,
    ReleaseNotPublished,
    ReleaseNotReady,
    ReleaseVersionTaken,
)
from services.provisioning.releases.schemas import ReleaseCreate, ReleaseUpdate
from services.provisioning.releases.signing import sign_checksums
from shared.errors import NotFound
from shared.events.provisioning import ReleasePublished, ReleaseWithdrawn
from shared.field_errors import field_error
from shared.outbox import emit


async def add_release(session: AsyncSession, body: ReleaseCreate) -> Release:
    """A draft. Raises `ProductNotKnown` or `ReleaseVersionTaken`."""
    if await session.get(Product, body.product_id) is None:
        raise ProductNotKnown("Choose a product.", errors=[field_error("/product_id", "not_offered", "is no product")])
    release = Release(**body.model_dump())
    session.add(release)
    await _flush(session, body.version)
    return release


async def change_release(session: AsyncSession, release_id: UUID, body: ReleaseUpdate) -> Release:
    """Raises `NotFound`, `ReleaseNotDraft` or `ReleaseVersionTaken`."""
    release = await lock_draft(session, release_id)
    release.version, release.released_on, release.notes = body.version, body.released_on, body.notes
    release.revision += 1
    await _flush(session, body.version)
    return release


async def publish_release(
    session: AsyncSession, release_id: UUID, *, provider_id: UUID, keys: SecretStr, now: datetime
) -> Release:
    """Offer it to customers, with its checksums signed. ``now`` is business time. Changes nothing if it is published.
    Raises `NotFound`, `ReleaseNotDraft` or `ReleaseNotReady`."""
    release = await _lock(session, release_id)
    if release.state == ReleaseState.published:
        return release
    require_draft(release)
    files = await files_of(session, release.id)
    ready = [(file.name, file.sha256) for file in files if file.state == FileState.ready and file.sha256]
    if not ready or len(ready) < len(files):
        raise ReleaseNotReady("A release needs a file, and each of its files a checksum.")
    signed = sign_checksums(keys, ready)
    release.checksums, release.signature, release.signing_key = signed.checksums, signed.signature, signed.signing_key
    release.state, release.published_at = ReleaseState.published, now
    release.revision += 1
    told = await _told(session, release, provider_id)
    await emit(session, ReleasePublished(**told, released_on=release.released_on, files=len(files)))
    return release


async def withdraw_release(
    session: AsyncSession, release_id: UUID, reason: str, *, provider_id: UUID, now: datetime
) -> Release:
    """Offer it no more; links that were made before do not work any more, either. ``now`` is business time. Changes
    nothing if it is withdrawn. Raises `NotFound` or `ReleaseNotPublished`."""
    release = await _lock(session, release_id)
    if release.state == ReleaseState.withdrawn:
        return release
    if release.state != ReleaseState.published:
        raise ReleaseNotPublished(f"The release is {release.state}.", state=release.state)
    release.state, release.withdrawn_at, release.withdrawn_for = ReleaseState.withdrawn, now, reason
    release.revision += 1
    await emit(session, ReleaseWithdrawn(**await _told(session, release, provider_id), reason=reason))
    return release


async def lock_draft(session: AsyncSession, release_id: UUID) -> Release:
    """A release that may be changed, and its files with it. Raises `NotFound` or `ReleaseNotDraft`."""
    release = await _lock(session, release_id)
    require_draft(release)
    return release


def require_draft(release: Release) -> None:
    """Raises `ReleaseNotDraft`."""
    if release.state != ReleaseState.draft:
        raise ReleaseNotDraft(f"The release is {release.state}.", state=release.state)


async def files_of(session: AsyncSession, release_id: UUID) -> list[ReleaseFile]:
    """Its files by name, without removed ones."""
    there = select(ReleaseFile).where(ReleaseFile.release_id == release_id, ReleaseFile.state != FileState.removed)
    return list(await session.scalars(there.order_by(ReleaseFile.name)))


async def _lock(session: AsyncSession, release_id: UUID) -> Release:
    release = await session.get(Release, release_id, with_for_update=True, populate_existing=True)
    if release is None:
        raise NotFound("There is no such release.")
    return release


async def _flush(session: AsyncSession, version: str) -> None:
    """Raises `ReleaseVersionTaken`."""
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_releases_version" not in str(error.orig):
            raise
        raise ReleaseVersionTaken(f"The product has a release {version} already.") from None


async def _told(session: AsyncSession, release: Release, provider_id: UUID) -> dict[str, Any]:
    product = await session.get_one(Product, release.product_id)
    return {
        "workspace_id": provider_id,
        "subject_version": release.revision,
        "release_id": release.id,
        "product_id": product.id,
        "product_name": product.display_name,
        "release_version": release.version,
    }
