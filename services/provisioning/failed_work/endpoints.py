from typing import Annotated

from fastapi import Query, Response

from services.provisioning.failed_work import service
from services.provisioning.failed_work.schemas import FailedWorkQuery, FailedWorkRead
from shared.auth import Router, allow
from shared.pages import Page, page_response
from shared.reads import Reader

router = Router("provisioning", "failed-work")


@router.get("", guard=allow("work.view"), response_model=Page[FailedWorkRead])
async def list_failed_work(read: Reader, query: Annotated[FailedWorkQuery, Query()]) -> Response:
    """The work on services of all workspaces that failed, for the provider's staff, the latest first. Orders that
    failed have a list of their own."""
    rows = await service.list_failed_work(read, query, cursor=query.cursor, limit=query.limit)
    return page_response(rows, query.limit, ("failed_at", "id"))
