"""What a workspace can download: releases of its products, their files, and what verifies them."""

import base64
import binascii
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.clients.downloads import DownloadRelease, DownloadSignature
from services.portal.clients.http import Page
from services.portal.downloads.views import DownloadsPage
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Section, section

router = APIRouter()

PATH = "/w/{slug}/downloads"
PERMISSION = "download.get"


@router.get(PATH)
async def downloads(request: Request, viewer: InWorkspace, product: str = "", cursor: str = "") -> Response:
    """The releases of one product, the first one unless another is named."""
    provisioning = viewer.services.provisioning
    products = await section(viewer, PERMISSION, provisioning.download_products)
    had = products.value.items if products.ready else []
    chosen = next((each for each in had if each.key == product), had[0] if had else None)
    releases: Section[Page[DownloadRelease]] = Section("locked")
    if chosen is not None:
        key, after = chosen.key, cursor if chosen.key == product else ""
        releases = await section(viewer, PERMISSION, lambda: provisioning.download_releases(key, cursor=after))
    may_renew, path = viewer.may("subscription.renew"), viewer.path("downloads")
    return page(request, DownloadsPage(products, chosen, releases, cursor, path, may_renew))


@router.get(PATH + "/files/{file_id}")
async def download(request: Request, viewer: InWorkspace, file_id: UUID) -> Response:
    """Leads to the file itself, by a link of a few minutes that no page shows."""
    try:
        link = await viewer.services.provisioning.download_link(file_id)
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("downloads"), 404, 409)
    return see_other(link.path)


@router.get(PATH + "/releases/{release_id}/{name}")
async def signature(viewer: InWorkspace, release_id: UUID, name: str) -> Response:
    """One of the three small files that verify the others."""
    found = await viewer.services.provisioning.download_signature(release_id)
    content = _file_of(found, name)
    if content is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _file_of(found: DownloadSignature, name: str) -> bytes | None:
    if name == "SHA256SUMS":
        return found.checksums.encode()
    if name == "signing-key.pem":
        return found.signing_key.encode()
    return _decoded(found.signature) if name == "SHA256SUMS.sig" else None


def _decoded(signature: str) -> bytes | None:
    try:
        return base64.b64decode(signature, validate=True)
    except binascii.Error:
        return None
