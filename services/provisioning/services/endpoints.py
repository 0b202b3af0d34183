from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.services import counts, service
from services.provisioning.services.models import ServiceCounts
from services.provisioning.services.schemas import ServiceCountsRead, ServiceRead
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.events.provisioning import ServiceKind
from shared.pages import Cursor, Limit, Page, page_response
from shared.reads import Reader

router = Router("provisioning", "services")


@router.get("", guard=allow("service.view"), response_model=Page[ServiceRead])
async def list_services(
    read: Reader, kind: Annotated[ServiceKind | None, Query()] = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The services of the workspace, newest first, with configuration and latest operation."""  # (K9)
    rows = await service.list_services(read, kind=kind, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("requested_at", "id"))


@router.get("/counts", guard=allow("service.view"), response_model=ServiceCountsRead)
async def count_services(session: Session, access: CurrentAccess) -> ServiceCounts:
    """The numbers of active ports, virtual circuits and cloud connections."""  # (P7, P8, P9)
    return await counts.get_counts(session, access.workspace_id)


@router.get("/{service_id}", guard=allow("service.view"))
async def get_service(service_id: UUID, read: Reader) -> ServiceRead:
    """One service, with configuration and latest operation."""
    return await service.get_service(read, service_id)
