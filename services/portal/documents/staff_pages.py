"""Documents of a customer's account, for the provider's staff."""

import asyncio
from typing import get_args
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.billing import BillGroup
from services.portal.clients.documents import Document, DocumentKind
from services.portal.customers.account_paths import PROVIDER_ACCOUNT, account_path
from services.portal.documents.table import documents_of_customer
from services.portal.documents.views import CustomerDocuments, DocumentRemoval
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = PROVIDER_ACCOUNT + "/documents"


@router.get(PATH)
async def documents(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    return await _page(request, viewer, customer_id, Form())


@router.post(PATH)
async def add_document(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    form = await read_form(request)
    async with request.form() as sent:
        file = sent.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        return await _page(request, viewer, customer_id, form.objected("file", _("Choose a PDF.")), 422)
    kind: DocumentKind = next((each for each in get_args(DocumentKind) if each == form.value("kind")), "other")
    try:
        await viewer.services.billing.add_document(
            customer_id, uuid5(customer_id, form.key), content, title=form.value("title"), kind=kind,
            bill_group_id=_uuid(form.value("bill_group_id")),
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status not in (409, 413, 422):
            raise
        refused = form.objected("file", refusal.detail) if refusal.kind == "not_a_pdf" else form.refused(refusal)
        return await _page(request, viewer, customer_id, refused, 422)
    browser_of(request).say(_("The document is added. The people of the account see it."))
    return see_other(_path(viewer, customer_id))


@router.get(PATH + "/{document_id}/remove")
async def confirm_removal(request: Request, viewer: InWorkspace, customer_id: UUID, document_id: UUID) -> Response:
    viewer.require("bill_group.manage")
    customer, document = await asyncio.gather(
        viewer.services.identity.customer(customer_id), _document(viewer, customer_id, document_id)
    )
    return page(request, DocumentRemoval(customer, _path(viewer, customer_id), document))


@router.post(PATH + "/{document_id}/remove")
async def remove_document(request: Request, viewer: InWorkspace, customer_id: UUID, document_id: UUID) -> Response:
    await read_form(request)
    await viewer.services.billing.remove_document(customer_id, document_id)
    browser_of(request).say(_("The document is removed."))
    return see_other(_path(viewer, customer_id))


async def _page(request: Request, viewer: Viewer, customer_id: UUID, form: Form, status: int = 200) -> Response:
    path, billing = _path(viewer, customer_id), viewer.services.billing
    table = documents_of_customer(path)
    state = TableState.of(table, request.query_params, viewer)

    async def groups() -> list[BillGroup]:
        return list(await billing.customer_groups(customer_id))

    read = billing.customer_documents
    customer, found, offered = await asyncio.gather(
        viewer.services.identity.customer(customer_id),
        section(viewer, "bill_group.view", lambda: read(customer_id, cursor=state.cursor, limit=PAGE_SIZE)),
        section(viewer, "bill_group.view", groups),
    )
    shown = TableView(table, state, found, viewer, path)
    account = account_path(viewer, customer_id)
    return list_page(request, CustomerDocuments(shown, customer, account, offered, form), status)


async def _document(viewer: Viewer, customer_id: UUID, document_id: UUID) -> Document:
    return await viewer.services.billing.customer_document(customer_id, document_id)


def _path(viewer: Viewer, customer_id: UUID) -> str:
    return f"{account_path(viewer, customer_id)}/documents"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
