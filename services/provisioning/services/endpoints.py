from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.services import counts, labelling, renaming, service
from services.provisioning.services.schemas import (
    ServiceCountsRead,
    ServiceDetailRead,
    ServiceLabels,
    ServiceRead,
    ServicesQuery,
    ServiceUpdate,
)
from shared.auth import Router, allow
from shared.db import Session
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("provisioning", "services")


@router.get("", guard=allow("service.view"), response_model=CountedPage[ServiceRead])
async def list_services(read: Reader, query: Annotated[ServicesQuery, Query()]) -> Response:
    """The services of the workspace, with configuration and latest operation. ``q`` is the beginning of a word of the
    name or of a label and what follows, without case and accents."""  # (K9)
    return json_response(await service.list_services(read, query))


@router.put("/{service_id}/labels", guard=allow("service.rename"), status_code=204)
async def label_service(service_id: UUID, body: ServiceLabels, session: Session) -> None:
    """Give a service these labels in place of those that it has."""
    await labelling.label_service(session, service_id, body.labels)


@router.get("/counts", guard=allow("service.view"), response_model=ServiceCountsRead)
async def count_services(read: Reader) -> Response:
    """The numbers of active ports, virtual circuits and cloud connections."""  # (P7, P8, P9)
    return json_response(await counts.get_counts(read))


@router.get("/{service_id}", guard=allow("service.view"), response_model=ServiceDetailRead)
async def get_service(service_id: UUID, read: Reader) -> Response:
    """One service, with configuration and latest operation."""
    found = await service.get_service(read, service_id)
    return json_response(found)


@router.patch("/{service_id}", guard=allow("service.rename"), status_code=204)
async def rename_service(service_id: UUID, body: ServiceUpdate, session: Session) -> None:
    """Give a service another name. Pages of the service and of its order show it, and invoices from now on."""
    await renaming.rename_service(session, service_id, body.display_name)
