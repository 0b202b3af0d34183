from uuid import UUID

from fastapi import Response

from services.provisioning.parts import listing
from services.provisioning.parts.schemas import PartsRead
from shared.auth import Router, allow
from shared.pages import json_response
from shared.reads import Reader

router = Router("provisioning", "parts")


@router.get("/{service_id}", guard=allow("service.view"), response_model=PartsRead)
async def get_parts(service_id: UUID, read: Reader) -> Response:
    """What is part of a service, and what can be added to it."""
    return json_response(await listing.read_parts(read, service_id))
