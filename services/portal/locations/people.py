"""Who has signed up for locations: inviting the contact on file (L8 to L11) or somebody to several, and taking one
away."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import IN_THE_FORM, Form, new_key, read_form
from services.portal.locations.forms import require_manager
from services.portal.locations.sides import OF_CUSTOMER, OWN, OnSide, own_side
from services.portal.locations.views import LocationInvitation, LocationsInvitation, PersonRemoval
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

SHOWN = 100
"""Locations that can be chosen from at once: as many as one invitation takes."""
PREFIX = "location."
"""Of the name of a location's switch."""


@router.get(OWN + "/{location_id}/invitation")
@router.get(OF_CUSTOMER + "/{location_id}/invitation")
async def confirm_invitation(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    """Asks "Send Invitation?" (L8). It goes to the address on file and to no other (L10)."""
    require_manager(viewer, side)
    found = await viewer.services.provisioning.location(location_id, side.customer_id)
    doors = await viewer.services.identity.location_statuses([location_id], side.customer_id)
    return page(request, LocationInvitation(side, found, doors.get(location_id), new_key()))


@router.post(OWN + "/{location_id}/invitation")
@router.post(OF_CUSTOMER + "/{location_id}/invitation")
async def send_invitation(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.invite_to_location(location_id, form.key, side.customer_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(location_id), 409)
    browser_of(request).say(_("The invitation is on its way. An earlier link does not work any more."))
    return see_other(side.at(location_id))


@router.post(OWN + "/{location_id}/invitation/revoke")
@router.post(OF_CUSTOMER + "/{location_id}/invitation/revoke")
async def revoke_invitation(request: Request, viewer: InWorkspace, side: OnSide, location_id: UUID) -> Response:
    try:
        await viewer.services.identity.revoke_of_location(location_id, side.customer_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(location_id), 409)
    browser_of(request).say(_("The invitation is taken back. Its link does not work any more."))
    return see_other(side.at(location_id))


@router.get(OWN + "/invite")
async def choose_locations(request: Request, viewer: InWorkspace) -> Response:
    viewer.require("user.invite")
    return await _choosing(request, viewer, Form())


@router.post(OWN + "/invite")
async def invite_to_locations(request: Request, viewer: InWorkspace) -> Response:
    """Invite somebody to several locations together (L2)."""
    form = await read_form(request)
    chosen = [name.removeprefix(PREFIX) for name, value in form.values.items() if name.startswith(PREFIX) and value]
    if not chosen:
        return await _choosing(request, viewer, Form(form.values, message=_("Choose at least one location.")), 422)
    try:
        await viewer.services.identity.invite_to_locations(
            address=form.value("address"), display_name=form.value("display_name"), location_ids=chosen, key=form.key
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _choosing(request, viewer, form.refused(refusal), refusal.status)
    browser_of(request).say(_("The invitation is on its way to %(address)s.", address=form.value("address")))
    return see_other(viewer.path("locations"))


@router.get(OWN + "/{location_id}/people/{user_id}/remove")
async def confirm_removal(request: Request, viewer: InWorkspace, location_id: UUID, user_id: UUID) -> Response:
    viewer.require("user.edit")
    found = await viewer.services.provisioning.location(location_id)
    people = await viewer.services.identity.people_of_location(location_id)
    person = next((each for each in people if each.user_id == user_id), None)
    if person is None:
        return see_other(viewer.path(f"locations/{location_id}"))
    return page(request, PersonRemoval(own_side(viewer), found, person))


@router.post(OWN + "/{location_id}/people/{user_id}/remove")
async def remove_person(request: Request, viewer: InWorkspace, location_id: UUID, user_id: UUID) -> Response:
    await viewer.services.identity.remove_from_location(location_id, user_id)
    browser_of(request).say(_("The person does not see this location any more."))
    return see_other(viewer.path(f"locations/{location_id}"))


async def _choosing(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    side, read = own_side(viewer), viewer.services.provisioning.locations
    found = await section(viewer, side.view, lambda: read(state="open", limit=SHOWN))
    return page(request, LocationsInvitation(side, form, found), status)
