"""The catalogue as a YAML document: downloading it, what a document would change, and applying it."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.portal.clients.catalogue import CatalogueFilter, CatalogueProduct
from services.portal.clients.plans import PlanHistory
from services.portal.products.pages import PATH, products_path
from services.portal.products.transfer import (
    AT_ONCE,
    Difference,
    Work,
    applied,
    as_document,
    compare,
    in_order,
    works_in,
)
from services.portal.products.views import Import, ImportItem
from services.portal.products.yaml_documents import read_document, write_document
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer

router = APIRouter()


@router.post(PATH + "/export")
async def export_catalogue(request: Request, viewer: InWorkspace) -> Response:
    """A form, because it reads each product: a page would not wait for that."""
    keys: list[str] = []
    states: tuple[CatalogueFilter, ...] = ("", "retired")
    for state in states:
        cursor: str | None = ""
        while cursor is not None:
            found = await viewer.services.provisioning.catalogue(state=state, cursor=cursor, limit=200)
            keys += [each.key for each in found.items]
            cursor = found.next
    turns = asyncio.Semaphore(AT_ONCE)

    async def whole(key: str) -> tuple[CatalogueProduct, list[PlanHistory]]:
        async with turns:
            product = await viewer.services.provisioning.catalogue_product(key)
            return product, await viewer.services.billing.plan_histories(product.id)

    text = write_document(as_document(list(await asyncio.gather(*map(whole, keys)))))
    headers = {"Content-Disposition": 'attachment; filename="catalogue.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


@router.get(PATH + "/import")
async def import_form(request: Request, viewer: InWorkspace) -> Response:
    await viewer.services.provisioning.drivers()  # refused for those who may not change the catalogue
    return page(request, Import(products_path(viewer), "", [], [], shown=False, done=False))


@router.post(PATH + "/import")
async def import_catalogue(request: Request, viewer: InWorkspace) -> Response:
    """What the document would change; with the other button, changing it."""
    async with request.form() as sent:
        upload, text, apply = sent.get("file"), sent.get("document", ""), sent.get("act") == "apply"
        content = await upload.read() if isinstance(upload, UploadFile) and upload.filename else str(text).encode()
    document = await asyncio.to_thread(read_document, content)  # it may take a while
    works = works_in(document)
    if not document.faults:
        await compare(viewer, document, works)
    items = [] if document.faults else [item for work in works for item in _items(work)]
    said = [fault.text for fault in document.faults]
    if apply and not said:
        items = [item for work in in_order(works) for item in await _applied(viewer, work)]
    failed = bool(said) or any(item.failure for item in items)
    shown = content.decode("utf-8", "replace").removeprefix("\ufeff")
    view = Import(products_path(viewer), shown, said, items, shown=True, done=apply and not said)
    return page(request, view, 422 if failed else 200)


async def _applied(viewer: Viewer, work: Work) -> list[ImportItem]:
    items = _items(work)
    if all(item.act == "same" for item in items):
        return items
    failure = await applied(viewer, work)
    return [ImportItem(item.name, item.plan, item.act, item.differences, failure) for item in items]


def _items(work: Work) -> list[ImportItem]:
    name = str(work.entry.display_name)
    plans = [
        ImportItem(name, str(plan.entry.display_name), _act(plan.existing, plan.differences), plan.differences)
        for plan in work.plans
    ]
    return [ImportItem(name, "", _act(work.existing, work.differences), work.differences), *plans]


def _act(existing: object | None, differences: Sequence[Difference]) -> str:
    return "created" if existing is None else "changed" if differences else "same"
