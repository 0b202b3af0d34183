"""A person's exports: asking for one from a list's page, watching it, and downloading its file."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import Response

from services.portal.clients import Refused, Services
from services.portal.clients.exports import EXPORTERS, Export, Exporter, Exporting
from services.portal.exports.views import ExportsPage, ExportTable
from services.portal.forms import read_form
from services.portal.rendering import back_with, download, page, part, see_other, wants_part
from services.portal.runtime import runtime_of
from services.portal.viewer import InWorkspace, Section, section
from shared.language import DEFAULT_TAG, TAGS, current_localisation, mark

router = APIRouter()

TITLES = {
    "services": mark("Services"),
    "orders": mark("Orders"),
    "invoices": mark("Invoices"),
    "subscriptions": mark("Subscriptions"),
    "all-orders": mark("Orders of all customers"),
    "failed-orders": mark("Failed orders"),
    "failed-work": mark("Failed work"),
    "users": mark("Users"),
    "invitations": mark("Invitations"),
    "access-requests": mark("Access requests"),
    "contacts": mark("Contacts"),
    "customers": mark("Customers"),
    "partners": mark("Partners"),
    "entries": mark("Audit log"),
    "bill-groups": mark("Bill groups"),
    "payments": mark("Payments"),
    "payment-methods": mark("Payment methods"),
    "quotes": mark("Quotes"),
    "documents": mark("Documents"),
    "locations": mark("Locations"),
    "licences": mark("Licences"),
}
FILTER = "filter."
"""How the names of a form's fields begin that are filters of the list."""


@router.get("/w/{slug}/exports")
async def exports(request: Request, viewer: InWorkspace) -> Response:
    """It reads itself again while one is being made."""
    found = await asyncio.gather(
        *(section(viewer, "session.own", viewer.services.exporting(name).exports) for name in EXPORTERS)
    )
    now = runtime_of(request).clock.real_now()
    rows = [
        (name, export, _downloadable(export, now))
        for name, each in zip(EXPORTERS, found, strict=True)
        for export in (each.content.items if each.content else ())
    ]
    rows.sort(key=lambda row: row[1].requested_at, reverse=True)
    running = any(not export.finished for _, export, _ in rows)
    shown = rows, running, TITLES, _missing(found)
    return part(request, ExportTable(*shown)) if wants_part(request) else page(request, ExportsPage(*shown))


@router.post("/w/{slug}/exports")
async def export(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    client, format_ = _named(viewer.services, form.value("service")), form.value("format")
    filters = {
        name.removeprefix(FILTER): value for name, value in form.values.items() if name.startswith(FILTER) and value
    }
    tag = current_localisation().tag
    try:
        await client.export(
            form.value("list"), "jsonl" if format_ == "jsonl" else "csv", filters, tag if tag in TAGS else DEFAULT_TAG,
            form.key,
        )  # fmt: skip
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("exports"), 409, 422)
    return see_other(viewer.path("exports"))


@router.get("/w/{slug}/exports/{service}/{export_id}/file")
async def export_file(request: Request, viewer: InWorkspace, service: Exporter, export_id: UUID) -> Response:
    """Streamed as the service sends it; a refusal comes before the first piece."""
    try:
        return await download(viewer.services.exporting(service).export_file(export_id), f"{export_id}.csv")
    except Refused as refusal:
        return back_with(request, refusal, viewer.path("exports"), 409, 410)


def _named(services: Services, name: str) -> Exporting:
    """The client of a service that a form names."""
    if name not in EXPORTERS:
        raise HTTPException(404)
    return services.exporting(name)


def _downloadable(export: Export, now: datetime) -> bool:
    return export.state == "done" and export.expires_at is not None and export.expires_at > now


def _missing(found: Sequence[Section[Any]]) -> bool:
    """Whether the exports of a service cannot be shown just now."""
    return any(not each.ready for each in found)
