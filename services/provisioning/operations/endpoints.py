from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.operations import listing, troubleshooting
from services.provisioning.operations.refusals import (
    NotCancellable,
    ServiceBusy,
    ServiceNotActive,
    TooManyOperations,
    VerbNotOffered,
)
from services.provisioning.operations.schemas import (
    OperationCreate,
    OperationOutputRead,
    OperationRead,
    OperationSummaryRead,
)
from services.provisioning.verbs import Verb
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader
from shared.schemas import Read

router = Router("provisioning", "operations")

REFUSALS = (NotFound, ServiceNotActive, VerbNotOffered, ServiceBusy, TooManyOperations)


class OperationBegun(Read):
    id: UUID


@router.post("", guard=allow("service.troubleshoot"), status_code=201, problems=REFUSALS)
async def begin_operation(body: OperationCreate, session: Session, real_now: RealNow, once: Once) -> OperationBegun:
    """Restart or diagnose a service, or read its console. One operation that changes a service runs at a time, and one
    of a kind."""  # (P19, P21)

    async def begin() -> OperationBegun:
        verb = Verb(body.verb)
        found = await troubleshooting.begin_troubleshooting(session, body.service_id, verb, now=real_now)
        return OperationBegun(id=found)

    return await once(body, OperationBegun, begin)


@router.get("", guard=allow("service.view"), response_model=Page[OperationSummaryRead])
async def list_operations(
    read: Reader,
    service_id: Annotated[UUID, Query(description="whose work")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The work on a service, newest first."""
    rows = await listing.list_operations(read, service_id, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("started_at", "id"))


@router.get("/{operation_id}", guard=allow("service.view"), response_model=OperationRead)
async def get_operation(operation_id: UUID, read: Reader) -> Response:
    """One operation, with its steps."""
    return json_response(await listing.read_operation(read, operation_id))


@router.get("/{operation_id}/output", guard=allow("service.troubleshoot"), response_model=OperationOutputRead)
async def get_output(operation_id: UUID, read: Reader) -> Response:
    """What an operation has read. It is kept for a week."""
    return json_response(await listing.read_output(read, operation_id))


@router.post(
    "/{operation_id}/cancel", guard=allow("service.troubleshoot"), status_code=204, problems=(NotFound, NotCancellable)
)
async def cancel_operation(operation_id: UUID, session: Session, access: CurrentAccess, real_now: RealNow) -> None:
    """Stop an operation after the step that runs. What it has done is undone."""
    await troubleshooting.cancel_operation(session, operation_id, by=access, now=real_now)
