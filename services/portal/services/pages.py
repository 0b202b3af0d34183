"""The list of services, and one service in detail (K9)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import ThingMissing, read_thing
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.licences import LicenceDetail
from services.portal.clients.provisioning import Service
from services.portal.configuration import described, find_fields
from services.portal.forms import Form, read_form
from services.portal.rendering import page, picture, see_other
from services.portal.services.parts import read_parts
from services.portal.services.table import SERVICES
from services.portal.services.views import Labelling, Renaming, ServiceList, ServicePage
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

LATEST = 5
"""Operations on the page of a service."""


@router.get("/w/{slug}/services")
async def services(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(SERVICES, request.query_params, viewer)
    found, counts = await asyncio.gather(
        section(
            viewer,
            "service.view",
            lambda: viewer.services.provisioning.services(**state.asked(), **state.page(), limit=PAGE_SIZE),
        ),
        section(viewer, "service.view", viewer.services.provisioning.counts),
    )
    table = TableView(SERVICES, state, found, viewer, viewer.path("services"))
    return list_page(request, ServiceList(table, counts))


@router.get("/w/{slug}/services/{service_id}")
async def service(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    thing, subscriptions, operations = await asyncio.gather(
        read_thing(viewer, "service.view", service_id, lambda: viewer.services.provisioning.service(service_id)),
        section(viewer, "money.view", lambda: viewer.services.billing.subscriptions(service_id=service_id)),
        section(viewer, "service.view", lambda: viewer.services.provisioning.operations(service_id, limit=LATEST)),
    )
    if not thing.found.ready:
        title, listed = _("Service"), _("Services")
        missing = ThingMissing(thing.found, thing.history, title, viewer.path("services"), listed, "services")
        return page(request, missing, thing.status)
    found = thing.found.value
    fields, parts, licence = await asyncio.gather(
        find_fields(request, viewer, found.product), read_parts(viewer, found), _licence(viewer, found)
    )
    configuration = described(found.configuration, fields)
    subscription = next(iter(subscriptions.content.items), None) if subscriptions.content else None
    return page(
        request,
        ServicePage(
            found, Form(), operations, subscriptions, subscription, configuration, parts, licence, thing.history
        ),
    )


async def _licence(viewer: Viewer, service: Service) -> Section[LicenceDetail] | None:
    """None for a service that needs none, or is not there yet."""
    if service.kind != "licence" or service.provisioned_at is None:
        return None
    try:
        return await section(viewer, "licence.view", lambda: viewer.services.provisioning.licence_of(service.id))
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return None  # it is issued within minutes


@router.get("/w/{slug}/services/{service_id}/photo")
async def photo(viewer: InWorkspace, service_id: UUID) -> Response:
    """What an asset looks like."""
    return await picture(viewer.services.provisioning.asset_photo(service_id))


@router.get("/w/{slug}/services/{service_id}/labels")
async def ask_labels(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require("service.rename")
    return page(request, Labelling(await viewer.services.provisioning.service(service_id), Form()))


@router.post("/w/{slug}/services/{service_id}/labels")
async def label(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """Labels are entered as one text, with commas between them."""
    form = await read_form(request)
    wanted = [each.strip() for each in form.value("labels").split(",") if each.strip()]
    try:
        await viewer.services.provisioning.label_service(service_id, wanted)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        found = await viewer.services.provisioning.service(service_id)
        texts = [error.text for error in refusal.errors] or [refusal.detail]
        return page(request, Labelling(found, form.objected("labels", texts[0])), refusal.status)
    browser_of(request).say(_("The labels are saved."))
    return see_other(viewer.path(f"services/{service_id}"))


@router.get("/w/{slug}/services/{service_id}/rename")
async def ask_name(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require("service.rename")
    return page(request, Renaming(await viewer.services.provisioning.service(service_id), Form()))


@router.post("/w/{slug}/services/{service_id}/rename")
async def rename(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.provisioning.rename_service(service_id, form.value("display_name"))
    except Refused as refusal:
        if refusal.status != 422:
            raise
        found = await viewer.services.provisioning.service(service_id)
        return page(request, Renaming(found, form.refused(refusal)), refusal.status)
    browser_of(request).say(_("The service has a new name."))
    return see_other(viewer.path(f"services/{service_id}"))
