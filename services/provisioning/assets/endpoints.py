from uuid import UUID

from fastapi import Response

from services.provisioning.assets import service
from shared.auth import Router, allow
from shared.errors import NotFound
from shared.reads import Reader

router = Router("provisioning", "assets")

JPEG = {"type": "string", "format": "binary"}
PHOTO = {200: {"content": {"image/jpeg": {"schema": JPEG}}}}
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
"""Pages ask for a photo by its digest: another one has another address."""


@router.get("/{service_id}/photo", guard=allow("service.view"), problems=(NotFound,), response_class=Response,
            responses=PHOTO)  # fmt: skip
async def get_photo(service_id: UUID, read: Reader) -> Response:
    """The photo of an asset, a JPEG."""
    return photo_response(await service.read_photo(read, service_id))


def photo_response(content: bytes) -> Response:
    """The answer with a photo."""
    return Response(content, media_type="image/jpeg", headers=KEPT)
