"""The forms of a location: adding, changing and closing it."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.locations import Location, LocationEntry
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.locations.sides import OF_CUSTOMER, OWN, OnSide, Side
from services.portal.locations.views import LocationClosing, LocationForm
from services.portal.rendering import back_with, page, see_other
from services.portal.resources import countries
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

MANAGES = {True: "customer.manage_locations", False: "location.manage"}


def require_manager(viewer: Viewer, side: Side) -> None:
    viewer.require(MANAGES[side.customer_id is not None])


@router.get(OWN + "/new")
@router.get(OF_CUSTOMER + "/new")
async def new_location(request: Request, viewer: InWorkspace, side: OnSide) -> Response:
    require_manager(viewer, side)
    return await _form(request, viewer, side, None, Form())


@router.post(OWN + "/new")
@router.post(OF_CUSTOMER + "/new")
async def add_location(request: Request, viewer: InWorkspace, side: OnSide) -> Response:
    form = await read_form(request)
    add = viewer.services.provisioning.add_location
    try:
        made = await add(_entry(form), form.value("bill_group_id"), form.key, side.customer_id)
    except Refused as refusal:
        return await _refused(request, viewer, side, None, form, refusal)
    browser_of(request).say(_("%(name)s is added.", name=form.value("display_name")))
    return see_other(side.at(made.id))


@router.get(OWN + "/{location_id}/edit")
@router.get(OF_CUSTOMER + "/{location_id}/edit")
async def edit_location(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    require_manager(viewer, side)
    found = await viewer.services.provisioning.location(location_id, side.customer_id)
    values = {name: str(getattr(found, name)) for name in LocationEntry.model_fields}
    return await _form(request, viewer, side, found, Form(values))


@router.post(OWN + "/{location_id}/edit")
@router.post(OF_CUSTOMER + "/{location_id}/edit")
async def change_location(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.provisioning.change_location(location_id, _entry(form), side.customer_id)
    except Refused as refusal:
        found = await viewer.services.provisioning.location(location_id, side.customer_id)
        return await _refused(request, viewer, side, found, form, refusal)
    browser_of(request).say(_("%(name)s is saved.", name=form.value("display_name")))
    return see_other(side.at(location_id))


@router.get(OWN + "/{location_id}/close")
@router.get(OF_CUSTOMER + "/{location_id}/close")
async def confirm_closing(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    require_manager(viewer, side)
    found = await viewer.services.provisioning.location(location_id, side.customer_id)
    return page(request, LocationClosing(side, found))


@router.post(OWN + "/{location_id}/close")
@router.post(OF_CUSTOMER + "/{location_id}/close")
async def close_location(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    try:
        await viewer.services.provisioning.close_location(location_id, side.customer_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(location_id), 409)
    browser_of(request).say(_("The location is closed."))
    return see_other(side.path)


def _entry(form: Form) -> LocationEntry:
    return LocationEntry(**{name: form.value(name) for name in LocationEntry.model_fields})


async def _refused(
    request: Request, viewer: Viewer, side: Side, location: Location | None, form: Form, refusal: Refused
) -> Response:
    if refusal.status not in IN_THE_FORM:
        raise refusal
    taken = _("There is a location of this name already. Choose another one.")
    shown = form.objected("display_name", taken) if refusal.kind == "location_name_taken" else form.refused(refusal)
    return await _form(request, viewer, side, location, shown, refusal.status)


async def _form(
    request: Request, viewer: Viewer, side: Side, location: Location | None, form: Form, status: int = 200
) -> Response:
    payers = [] if location else await _payers(viewer, side)
    options = [("", _("Not said")), *countries()]
    return page(request, LocationForm(side, location, form, options, payers), status)


async def _payers(viewer: Viewer, side: Side) -> list[tuple[str, str]]:
    """The open bill groups, if there are several and the viewer knows them; else the default one takes it."""
    billing = viewer.services.billing
    if side.customer_id is None:
        found = await section(viewer, "money.view", billing.bill_groups)
        groups = [(group.id, group.display_name) for group in found.content or () if not group.is_closed]
    else:
        customer_id = side.customer_id
        sold = await section(viewer, "bill_group.view", lambda: billing.customer_groups(customer_id))
        groups = [(group.id, group.display_name) for group in sold.content or () if not group.is_closed]
    if len(groups) < 2:
        return []
    return [("", _("The default bill group")), *((str(id_), name) for id_, name in groups)]
