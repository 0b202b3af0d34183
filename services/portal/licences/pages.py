"""Licences: the list, one of them with its machines, its key behind a button, and the check of a key (I5, D30)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.licences.sides import OF_CUSTOMER, OWN, OnSide
from services.portal.licences.table import licences_table, releases, used
from services.portal.licences.views import KeyCheck, LicenceList, LicencePage, Revoking, Rotating, ShownKey
from services.portal.rendering import back_with, page, see_other
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

REVOKE, ROTATE, VIEW = "licence.revoke", "licence.rotate", "licence.view"


@router.get(OWN)
@router.get(OF_CUSTOMER)
async def licences(request: Request, viewer: InWorkspace, side: OnSide) -> Response:
    table = licences_table(side)
    state = TableState.of(table, request.query_params, viewer)
    read = viewer.services.provisioning.licences
    found = await section(
        viewer, side.view, lambda: read(side.customer_id, **state.asked(), **state.page(), limit=PAGE_SIZE)
    )
    return list_page(request, LicenceList(TableView(table, state, found, viewer, side.path), side))


@router.get(f"{OWN}/verify")
async def ask_for_key(request: Request, viewer: InWorkspace) -> Response:
    return page(request, KeyCheck(Form(), None))


@router.post(f"{OWN}/verify")
async def verify(request: Request, viewer: InWorkspace) -> Response:
    """A key is pasted into a form, and never in an address."""
    form = await read_form(request)
    try:
        checked = await viewer.services.provisioning.check_licence_key(form.value("key"))
    except Refused as refusal:
        if refusal.status not in (422, 429):
            raise
        error = refusal.errors[0].text if refusal.errors else refusal.detail
        return page(request, KeyCheck(form.objected("key", error), None), refusal.status)
    return page(request, KeyCheck(Form(), checked))


@router.get(f"{OWN}/{{licence_id}}")
@router.get(f"{OF_CUSTOMER}/{{licence_id}}")
async def licence(request: Request, viewer: InWorkspace, side: OnSide, licence_id: UUID) -> Response:
    viewer.require(side.view)
    found = await viewer.services.provisioning.licence(licence_id, side.customer_id)
    return page(request, LicencePage(side, found, used(found), releases(found)))


@router.post(f"{OWN}/{{licence_id}}/key")
async def show_key(request: Request, viewer: InWorkspace, side: OnSide, licence_id: UUID) -> Response:
    """The answer to the form is the only page that has the key."""
    await read_form(request)
    provisioning = viewer.services.provisioning
    try:
        key = await provisioning.show_licence_key(licence_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(licence_id), 409)
    return page(request, ShownKey(side, await provisioning.licence(licence_id), key))


@router.get(f"{OWN}/{{licence_id}}/rotate")
async def ask_to_rotate(request: Request, viewer: InWorkspace, side: OnSide, licence_id: UUID) -> Response:
    viewer.require(ROTATE)
    return page(request, Rotating(side, await viewer.services.provisioning.licence(licence_id)))


@router.post(f"{OWN}/{{licence_id}}/rotate")
async def rotate(request: Request, viewer: InWorkspace, side: OnSide, licence_id: UUID) -> Response:
    await read_form(request)
    try:
        await viewer.services.provisioning.rotate_licence(licence_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(licence_id), 409)
    browser_of(request).say(_("The licence has a new key. The former one is revoked."))
    return see_other(side.at(licence_id))


@router.post(f"{OWN}/{{licence_id}}/machines/{{activation_id}}/release")
async def release(
    request: Request, viewer: InWorkspace, side: OnSide, licence_id: UUID, activation_id: UUID
) -> Response:
    await read_form(request)
    try:
        await viewer.services.provisioning.release_machine(licence_id, activation_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(licence_id), 404)
    browser_of(request).say(_("The machine is released. Another one can use the licence now."))
    return see_other(side.at(licence_id))


@router.get(f"{OF_CUSTOMER}/{{licence_id}}/revoke")
async def ask_to_revoke(request: Request, viewer: InWorkspace, side: OnSide, licence_id: UUID) -> Response:
    return await _revoking(request, viewer, side, licence_id, Form())


@router.post(f"{OF_CUSTOMER}/{{licence_id}}/revoke")
async def revoke(
    request: Request, viewer: InWorkspace, side: OnSide, customer_id: UUID, licence_id: UUID
) -> Response:  # fmt: skip
    form = await read_form(request)
    try:
        await viewer.services.provisioning.revoke_licence(licence_id, customer_id, form.value("reason"))
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _revoking(request, viewer, side, licence_id, form.refused(refusal), refusal.status)
    browser_of(request).say(_("The licence is revoked. The customer’s admins get a mail with the reason."))
    return see_other(side.at(licence_id))


@router.post(f"{OF_CUSTOMER}/{{licence_id}}/reinstate")
async def reinstate(
    request: Request, viewer: InWorkspace, side: OnSide, customer_id: UUID, licence_id: UUID
) -> Response:  # fmt: skip
    await read_form(request)
    try:
        await viewer.services.provisioning.reinstate_licence(licence_id, customer_id)
    except Refused as refusal:
        return back_with(request, refusal, side.at(licence_id), 409)
    browser_of(request).say(_("The licence is valid again. The customer’s admins get a mail."))
    return see_other(side.at(licence_id))


async def _revoking(
    request: Request, viewer: Viewer, side: OnSide, licence_id: UUID, form: Form, status: int = 200
) -> Response:
    viewer.require(REVOKE)
    found = await viewer.services.provisioning.licence(licence_id, side.customer_id)
    return page(request, Revoking(side, found, form), status)
