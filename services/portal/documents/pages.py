"""Documents that the provider keeps with an account, for the account's people."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.documents.table import DOCUMENTS
from services.portal.documents.views import OwnDocuments
from services.portal.rendering import back_with, download
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section

router = APIRouter()


@router.get("/w/{slug}/documents")
async def documents(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(DOCUMENTS, request.query_params, viewer)
    read = viewer.services.billing.documents
    found = await section(viewer, "money.view", lambda: read(cursor=state.cursor, limit=PAGE_SIZE))
    return list_page(request, OwnDocuments(TableView(DOCUMENTS, state, found, viewer, viewer.path("documents"))))


@router.get("/w/{slug}/documents/{document_id}/file")
async def document_file(request: Request, viewer: InWorkspace, document_id: UUID) -> Response:
    """Streamed as billing sends it. The list says it where the file is lost."""
    try:
        return await download(viewer.services.billing.document_file(document_id), f"document-{document_id}.pdf")
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("documents"), 410)
