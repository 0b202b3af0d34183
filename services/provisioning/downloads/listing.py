"""What a workspace can download."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.downloads.entitlement import entitled_to, entitling_products
from services.provisioning.downloads.schemas import DownloadProductRead
from services.provisioning.products.models import Product
from services.provisioning.releases.models import FileState, Release, ReleaseFile, ReleaseState
from shared.auth import Access
from shared.errors import NotFound
from shared.pages import decode_cursor


async def list_products(session: AsyncSession, access: Access) -> list[DownloadProductRead]:
    """The products with releases that the workspace has, by name."""
    listed = []
    for product in await entitling_products(session, access.workspace_id):
        if entitled := await entitled_to(session, access.workspace_id, product.id):
            about = {"id": product.id, "key": product.key, "display_name": product.display_name}
            listed.append(DownloadProductRead(**about, entitled_until=entitled.until, service_id=entitled.service_id))
    return listed


async def list_releases(
    session: AsyncSession, product_key: str, *, access: Access, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """The published releases of a product that the workspace has, newest first, in the shape of `DownloadReleaseRead`,
    with one more than ``limit`` if there is a next page. Raises `NotFound`."""
    product = await session.scalar(select(Product).where(Product.key == product_key))
    entitled = await entitled_to(session, access.workspace_id, product.id) if product else None
    if product is None or entitled is None:
        raise NotFound("This workspace has no product of this name with releases.")
    found = select(Release).where(Release.product_id == product.id, Release.state == ReleaseState.published)
    if cursor:
        found = found.where(tuple_(Release.released_on, Release.id) < decode_cursor(cursor, tuple[date, UUID]))
    newest = found.order_by(Release.released_on.desc(), Release.id.desc()).limit(limit + 1)
    releases = list(await session.scalars(newest))
    files = await _files_of(session, [release.id for release in releases])
    return [
        {name: getattr(release, name) for name in SHOWN}
        | {"is_locked": not entitled.unlocks(release.released_on), "files": files.get(release.id, [])}
        for release in releases
    ]


SHOWN = ("id", "version", "released_on", "notes")


async def find_release(session: AsyncSession, release_id: UUID, access: Access) -> Release:
    """A published release of a product that the workspace has. Raises `NotFound`."""
    release = await session.get(Release, release_id)
    if (
        release is None
        or release.state != ReleaseState.published
        or await entitled_to(session, access.workspace_id, release.product_id) is None
    ):
        raise NotFound("There is no such release for this workspace.")
    return release


async def _files_of(session: AsyncSession, release_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    ready = select(ReleaseFile).where(ReleaseFile.release_id.in_(release_ids), ReleaseFile.state == FileState.ready)
    files: dict[UUID, list[dict[str, Any]]] = {}
    for file in await session.scalars(ready.order_by(ReleaseFile.name)):
        about = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
        files.setdefault(file.release_id, []).append(about)
    return files
