from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from services.billing.documents import service
from services.billing.documents.models import Document
from services.billing.documents.schemas import DocumentAdd, DocumentRead, DocumentsQuery
from services.billing.documents.service import DocumentLost, NotAPdf, OtherDocument, TooManyDocuments
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import BodyTooLarge, NotFound
from shared.exports.archives import OnlyInOwnName
from shared.exports.endpoints import OfArchive
from shared.pages import Page, json_response
from shared.reads import Reader
from shared.sellers import CustomerReader

router = Router("billing", "documents")

PDF: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document", "content": {"application/pdf": {"schema": {"type": "string"}}}}
}

UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("", guard=allow("money.view"), response_model=Page[DocumentRead])
async def list_documents(read: Reader, query: Annotated[DocumentsQuery, Query()]) -> Response:
    """The documents that the provider keeps with the account, the newest first. A visitor of a bill group sees those of
    that bill group."""  # (I6, P20, D5)
    return json_response(await service.list_documents(read, query))


@router.get(
    "/{document_id}/file", guard=allow("money.view"), problems=(NotFound, DocumentLost, OnlyInOwnName),
    response_class=Response, responses=PDF,
)  # fmt: skip
async def download_document(
    document_id: UUID, request: Request, read: Reader, settings: CurrentSettings, archive: OfArchive
) -> StreamingResponse:
    """The PDF. Each download is logged, those for an archive together."""  # (P20)
    runtime, files = request.app.state.runtime, service.store_of(settings)
    opened = await service.open_document(
        read, files, lambda: runtime.request_transaction(request), document_id, archive
    )
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(opened.title, safe='')}.pdf",
        "Content-Length": str(opened.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(opened.pieces, media_type="application/pdf", headers=headers)


@router.get("/of-customers/{workspace_id}", guard=allow("bill_group.view"), response_model=Page[DocumentRead],
            problems=(NotFound,))  # fmt: skip
async def list_customer_documents(
    workspace_id: UUID, read: CustomerReader, query: Annotated[DocumentsQuery, Query()]
) -> Response:
    """The documents of a customer's account, the newest first."""
    return json_response(await service.list_documents(read, query))


@router.get("/of-customers/{workspace_id}/{document_id}", guard=allow("bill_group.view"), response_model=DocumentRead,
            problems=(NotFound,))  # fmt: skip
async def get_customer_document(workspace_id: UUID, document_id: UUID, read: CustomerReader) -> Response:
    """One document of a customer's account, without its file."""
    return json_response(await service.read_document(read, document_id))


@router.put("/of-customers/{workspace_id}/{document_id}", guard=allow("bill_group.manage"), openapi_extra=UPLOAD,
            problems=(NotFound, NotAPdf, OtherDocument, TooManyDocuments, BodyTooLarge))  # fmt: skip
async def add_document(
    document_id: UUID, request: Request, wanted: Annotated[DocumentAdd, Query()], customer: CustomerReader,
    access: CurrentAccess, settings: CurrentSettings, now: Now,
) -> DocumentRead:  # fmt: skip
    """Add a document to a customer's account: the body is a PDF of at most 8 MB. The caller chooses its id; sent twice,
    it is added once. The account's people see it."""
    content, runtime = await request.body(), request.app.state.runtime
    document = Document(
        id=document_id, workspace_id=customer.access.workspace_id, **wanted.model_dump(),
        sha256=await service.check_pdf(content), size=len(content), added_at=now,
    )  # fmt: skip
    files = service.store_of(settings)
    added = await service.add_document(files, lambda: runtime.request_transaction(request), access, document, content)
    return DocumentRead.model_validate(added)


@router.delete("/of-customers/{workspace_id}/{document_id}", guard=allow("bill_group.manage"), status_code=204,
               problems=(NotFound,))  # fmt: skip
async def remove_document(
    workspace_id: UUID, document_id: UUID, session: Session, access: CurrentAccess, real_now: RealNow
) -> None:
    """Take a document away from a customer's account."""
    await service.remove_document(session, access, workspace_id, document_id, real_now=real_now)
