"""Provisioning: what a workspace can download."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page


class DownloadProduct(Answer):
    id: UUID
    key: str
    display_name: str
    entitled_until: date | None
    """The last day whose releases can be downloaded; None: all."""
    service_id: UUID
    """The service whose renewal extends that."""


class DownloadProducts(Answer):
    items: list[DownloadProduct]


class DownloadFile(Answer):
    id: UUID
    name: str
    size: int
    """In bytes."""
    sha256: str


class DownloadRelease(Answer):
    id: UUID
    version: str
    released_on: date
    notes: str
    is_locked: bool
    """Whether it came out after what the workspace is entitled to."""
    files: list[DownloadFile]


class DownloadSignature(Answer):
    checksums: str
    signature: str
    """In base64."""
    signing_key: str


class DownloadLink(Answer):
    path: str
    """For a few minutes."""


@dataclass(frozen=True)
class Downloading:
    api: Api

    async def download_products(self) -> DownloadProducts:
        return await self.api.get("/downloads/products", DownloadProducts)

    async def download_releases(self, product_key: str, *, cursor: str = "", limit: int = 10) -> Page[DownloadRelease]:
        path = f"/downloads/products/{quote(product_key, safe='')}/releases"
        return await self.api.get(path, Page[DownloadRelease], cursor=cursor, limit=limit)

    async def download_signature(self, release_id: UUID) -> DownloadSignature:
        return await self.api.get(f"/downloads/releases/{release_id}/signature", DownloadSignature)

    async def download_link(self, file_id: UUID) -> DownloadLink:
        return await self.api.post("/downloads", DownloadLink, {"file_id": str(file_id)}, repeatable=True)
