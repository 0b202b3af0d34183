"""Hosts for the provider's staff: their load and what runs on them, adding and changing them, and maintenance."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.infrastructure import HostChange, HostDetail, HostEntry
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.infrastructure.loads import loads_of
from services.portal.infrastructure.site_pages import MANAGE, PATH, VIEW, path_of
from services.portal.infrastructure.views import HostedRow, HostForm, HostPage, Maintenance
from services.portal.rendering import page, see_other
from services.portal.resources import RESOURCES, amounts
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PREFIX = "capacity."
"""Of the entries for resources: the service's pointers name them so."""


@router.get(PATH + "/sites/{site_key}/hosts/new")
async def new_host(request: Request, viewer: InWorkspace, site_key: str) -> Response:
    viewer.require(MANAGE)
    return await _new(request, viewer, site_key, Form())


@router.post(PATH + "/sites/{site_key}/hosts/new")
async def add_host(request: Request, viewer: InWorkspace, site_key: str) -> Response:
    form = await read_form(request)
    site = await viewer.services.provisioning.site(site_key)
    change = _entered(form)
    if isinstance(change, Form):
        return await _new(request, viewer, site_key, change, 422)
    try:
        entry = HostEntry.model_construct(site_id=site.id, **change.model_dump(warnings=False))
        host = await viewer.services.provisioning.add_host(entry, form.key)
    except Refused as refusal:
        return await _new(request, viewer, site_key, _refused(form, refusal), refusal.status)
    browser_of(request).say(_("The host is added. Services can be placed on it from now on."))
    return see_other(path_of(viewer, f"hosts/{host.id}"))


async def _new(request: Request, viewer: Viewer, site_key: str, form: Form, status: int = 200) -> Response:
    site = await viewer.services.provisioning.site(site_key)
    above = path_of(viewer, f"sites/{site.key}")
    shown = HostForm(None, form, _named(), f"{above}/hosts/new", (above, site.display_name))
    return page(request, shown, status)


@router.get(PATH + "/hosts/{host_id}")
async def host(request: Request, viewer: InWorkspace, host_id: UUID, cursor: str = "") -> Response:
    viewer.require(VIEW)
    provisioning = viewer.services.provisioning
    found = await provisioning.host(host_id)
    hosted = await section(viewer, VIEW, lambda: provisioning.hosted_services(host_id, cursor=cursor, limit=20))
    rows = [HostedRow(each, list(amounts(each.takes))) for each in (hosted.value.items if hosted.ready else ())]
    above = (path_of(viewer, f"sites/{found.site.key}"), found.site.display_name)
    here, loads = path_of(viewer, f"hosts/{host_id}"), loads_of(found.resources)
    return page(request, HostPage(found, loads, hosted, rows, here, above, cursor, viewer.may(MANAGE)))


@router.get(PATH + "/hosts/{host_id}/edit")
async def edit_host(request: Request, viewer: InWorkspace, host_id: UUID) -> Response:
    viewer.require(MANAGE)
    found = await viewer.services.provisioning.host(host_id)
    values = {PREFIX + each.resource: str(each.capacity) for each in found.resources}
    return _edit(request, viewer, found, Form({"display_name": found.display_name} | values))


@router.post(PATH + "/hosts/{host_id}/edit")
async def change_host(request: Request, viewer: InWorkspace, host_id: UUID) -> Response:
    form = await read_form(request)
    found = await viewer.services.provisioning.host(host_id)
    change = _entered(form)
    if isinstance(change, Form):
        return _edit(request, viewer, found, change, 422)
    try:
        await viewer.services.provisioning.change_host(host_id, change)
    except Refused as refusal:
        return _edit(request, viewer, found, _refused(form, refusal), refusal.status)
    browser_of(request).say(_("The host is saved."))
    return see_other(path_of(viewer, f"hosts/{host_id}"))


def _edit(request: Request, viewer: Viewer, host: HostDetail, form: Form, status: int = 200) -> Response:
    here = path_of(viewer, f"hosts/{host.id}")
    return page(request, HostForm(host, form, _named(), f"{here}/edit", (here, host.display_name)), status)


@router.get(PATH + "/hosts/{host_id}/maintenance")
async def ask_for_maintenance(request: Request, viewer: InWorkspace, host_id: UUID) -> Response:
    """Names the effect before anything happens."""
    viewer.require(MANAGE)
    found = await viewer.services.provisioning.host(host_id)
    return page(request, Maintenance(found, path_of(viewer, f"hosts/{host_id}")))


@router.post(PATH + "/hosts/{host_id}/maintenance")
async def begin_maintenance(request: Request, viewer: InWorkspace, host_id: UUID) -> Response:
    await viewer.services.provisioning.begin_maintenance(host_id)
    browser_of(request).say(_("The host is in maintenance. It takes no new service; what runs on it stays."))
    return see_other(path_of(viewer, f"hosts/{host_id}"))


@router.post(PATH + "/hosts/{host_id}/end-maintenance")
async def end_maintenance(request: Request, viewer: InWorkspace, host_id: UUID) -> Response:
    await viewer.services.provisioning.end_maintenance(host_id)
    browser_of(request).say(_("The host takes new services again."))
    return see_other(path_of(viewer, f"hosts/{host_id}"))


def _named() -> list[tuple[str, str]]:
    return [(PREFIX + name, text) for name, text in RESOURCES.items()]


def _entered(form: Form) -> HostChange | Form:
    """The host, or the form with what is no number."""
    capacity: dict[str, int | str] = {}
    for name in RESOURCES:
        entered = form.value(PREFIX + name)
        if entered and not (entered.isascii() and entered.isdecimal() and len(entered) < 11):
            return form.objected(PREFIX + name, _("Enter a whole number."))
        capacity[name] = int(entered or 0)
    return HostChange.model_construct(display_name=form.value("display_name"), capacity=capacity)


def _refused(form: Form, refusal: Refused) -> Form:
    if refusal.status not in IN_THE_FORM:
        raise refusal
    if refusal.kind == "host_name_taken":
        return form.objected("display_name", refusal.detail)
    return form.refused(refusal)
