"""Having a service moved to another location, of what people do."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.agreeing import WantedChange
from services.portal.clients.locations import Location
from services.portal.clients.provisioning import ServiceDetail
from services.portal.forms import Form, read_form
from services.portal.orders.change_views import MoveForm
from services.portal.orders.changes import said_of
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}/move"
CHANGE = "service.change"
AT_THE_FIELDS = ("location_not_yours", "bill_group_does_not_fit", "not_wanted_then", "nothing_changes")


@router.get(PATH)
async def ask_where(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require(CHANGE)
    return await _ask(request, viewer, service_id, Form())


@router.post(PATH)
async def move(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """All but its place stays as it is."""
    form = await read_form(request)
    service = await viewer.services.provisioning.service(service_id)
    try:
        location_id = UUID(form.value("location_id"))
    except ValueError:
        return await _ask(request, viewer, service_id, form.objected("location_id", _("Choose a location.")), 422)
    wanted = WantedChange(
        service_id=service_id, plan_version_id=service.plan_version_id, configuration=service.configuration or {},
        quantity=service.quantity, location_id=location_id, wanted_on=form.value("wanted_on") or None,
        message=form.value("message"),
    )  # fmt: skip
    try:
        ordered = await viewer.services.provisioning.order_change(wanted, form.key, add_on=False)
    except Refused as refusal:
        if refusal.status == 422 or refusal.kind in AT_THE_FIELDS:
            return await _ask(request, viewer, service_id, form.refused(refusal), refusal.status)
        return back_with(request, refusal, viewer.path(f"services/{service_id}"), 409)
    browser_of(request).say(said_of(ordered))
    return see_other(viewer.path(f"orders/{ordered.id}"))


async def _ask(request: Request, viewer: Viewer, service_id: UUID, form: Form, status: int = 200) -> Response:
    service = await viewer.services.provisioning.service(service_id)
    return page(request, MoveForm(service, await _places(viewer, service), form), status)


async def _places(viewer: Viewer, service: ServiceDetail) -> Section[list[tuple[str, str]]]:
    """The open locations that it could be moved to: others, which the same bill group pays for."""

    async def read() -> list[tuple[str, str]]:
        found = await viewer.services.provisioning.locations(state="open", limit=100)
        now = service.location.id if service.location else None
        others = [each for each in found.items if each.id != now and each.bill_group_id == service.bill_group_id]
        return [(str(each.id), _called(each)) for each in others]

    return await section(viewer, "location.view", read)


def _called(location: Location) -> str:
    if not location.city:
        return location.display_name
    return _("%(name)s, %(city)s", name=location.display_name, city=location.city)
