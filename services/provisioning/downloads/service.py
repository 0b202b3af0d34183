"""Links to files of releases, and what is served by them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.downloads.entitlement import entitled_to
from services.provisioning.downloads.links import Link, make_link
from services.provisioning.downloads.models import Download
from services.provisioning.downloads.refusals import DownloadLinkOver, ReleaseLocked
from services.provisioning.products.models import Product
from services.provisioning.releases.models import FileState, Release, ReleaseFile, ReleaseState
from shared.auth import Access
from shared.errors import NotFound
from shared.events.provisioning import DownloadServed
from shared.outbox import emit


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file of a published release."""

    key: str
    name: str
    size: int
    sha256: str

    @property
    def etag(self) -> str:
        """The same as long as the content is, whichever link it is served by."""
        return f'"{self.sha256}"'


async def ask_for_link(session: AsyncSession, file_id: UUID, *, access: Access, now: datetime) -> Link:
    """A link to a file that the workspace is entitled to. ``now`` is real time. Raises `NotFound`, also where the
    workspace does not have the product, or `ReleaseLocked`."""
    found = await _published(session, file_id)
    entitled = await entitled_to(session, access.workspace_id, found.Release.product_id) if found else None
    if found is None or entitled is None:
        raise NotFound("There is no such file for this workspace.")
    if entitled.until is not None and not entitled.unlocks(found.Release.released_on):
        ended = entitled.until.isoformat()
        raise ReleaseLocked(f"The maintenance ended on {ended}. Renew it first.", maintenance_ended_on=ended)
    return make_link(
        file_id, workspace_id=access.workspace_id, parent_workspace_id=access.parent_workspace_id,
        actor=access.actor, now=now,
    )  # fmt: skip


async def find_file(session: AsyncSession, link: Link) -> ServedFile:
    """The file of a link, while its release is published. Raises `DownloadLinkOver`."""
    found = await _published(session, link.file_id)
    if found is None:
        raise link_over()
    file = found.ReleaseFile
    return ServedFile(file.key, file.name, file.size, file.sha256)


async def log_download(session: AsyncSession, link: Link, *, now: datetime) -> None:
    """Note that the download of a link has begun, if this is the first time, and publish `DownloadServed` then.
    ``now`` is business time. Raises `DownloadLinkOver`."""
    found = await _published(session, link.file_id)
    if found is None:
        raise link_over()
    file, release = found.ReleaseFile, found.Release
    row = {"id": link.id, "workspace_id": link.workspace_id, "release_id": release.id, "file_id": file.id,
           "user_id": link.actor.user_id, "began_at": now}  # fmt: skip
    begun = insert(Download).values(row).on_conflict_do_nothing().returning(Download.id)
    if (await session.execute(begun)).first() is None:
        return
    await emit(session, DownloadServed(
        workspace_id=link.workspace_id, download_id=link.id, release_id=release.id, product_id=release.product_id,
        product_name=found.display_name, release_version=release.version, file_id=file.id, file_name=file.name,
        sha256=file.sha256, size=file.size,
    ))  # fmt: skip


def link_over() -> DownloadLinkOver:
    """The same whatever is wrong with a link."""
    return DownloadLinkOver("The link is not valid any more. Ask for a new one.")


async def _published(session: AsyncSession, file_id: UUID) -> Row[ReleaseFile, Release, str] | None:
    """A file that is offered, its release and the name of its product."""
    joined = (
        select(ReleaseFile, Release, Product.display_name)
        .select_from(ReleaseFile)
        .join(Release, Release.id == ReleaseFile.release_id)
        .join(Product, Product.id == Release.product_id)
    )
    offered = ReleaseFile.id == file_id, ReleaseFile.state == FileState.ready, Release.state == ReleaseState.published
    return (await session.execute(joined.where(*offered))).one_or_none()
