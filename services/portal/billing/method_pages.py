"""Payment methods of a bill group, and auto-pay. Cards and accounts are entered at the payment provider."""

import asyncio
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.groups import bill_group
from services.portal.billing.views import PaymentMethods, RemoveMethod
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.payments import MethodKind
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import back_with, page, see_other
from services.portal.runtime import runtime_of
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()
KINDS: dict[str, MethodKind] = {kind: kind for kind in get_args(MethodKind)}
PATH = "/w/{slug}/billing/{group_id}/payment-methods"


@router.get(PATH)
async def payment_methods(request: Request, viewer: InWorkspace, group_id: UUID) -> Response:
    return await _page(request, viewer, group_id, Form())


@router.post(PATH)
async def add_method(request: Request, viewer: InWorkspace, group_id: UUID) -> Response:
    """Redirects to the payment provider's page. Leaving that page saves nothing."""
    form = await read_form(request)
    return_url = runtime_of(request).settings.public_url.rstrip("/") + _path(viewer, group_id)
    try:
        begun = await viewer.services.billing.begin_method(
            group_id, KINDS.get(form.value("kind"), "card"), form.value("label"), return_url, form.key
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _page(request, viewer, group_id, form.refused(refusal), refusal.status)
    return see_other(begun.setup_url)


@router.post(PATH + "/{method_id}/default")
async def choose_default(request: Request, viewer: InWorkspace, group_id: UUID, method_id: UUID) -> Response:
    await read_form(request)
    try:
        await viewer.services.billing.choose_default(method_id)
    except Refused as refusal:
        return back_with(request, refusal, _path(viewer, group_id), 409, 422)
    browser_of(request).say(_("This payment method is charged from now on."))
    return see_other(_path(viewer, group_id))


@router.get(PATH + "/{method_id}/remove")
async def ask_to_remove(request: Request, viewer: InWorkspace, group_id: UUID, method_id: UUID) -> Response:
    """Says what follows before anything happens."""
    group, methods = await asyncio.gather(
        bill_group(viewer, group_id), viewer.services.billing.payment_methods(group_id)
    )
    method = next((each for each in methods if each.id == method_id), None)
    if method is None:
        raise Refused(404, "not_found", _("Not found"), _("This payment method was removed already."))
    return page(request, RemoveMethod(group, method))


@router.post(PATH + "/{method_id}/remove")
async def remove_method(request: Request, viewer: InWorkspace, group_id: UUID, method_id: UUID) -> Response:
    await read_form(request)
    try:
        await viewer.services.billing.remove_method(method_id)
    except Refused as refusal:
        return back_with(request, refusal, _path(viewer, group_id), 409, 422)
    browser_of(request).say(_("The payment method is removed."))
    return see_other(_path(viewer, group_id))


@router.post(PATH + "/auto-pay")
async def set_auto_pay(request: Request, viewer: InWorkspace, group_id: UUID) -> Response:
    form = await read_form(request)
    on = form.value("on") == "true"
    try:
        await viewer.services.billing.set_auto_pay(group_id, on=on)
    except Refused as refusal:
        return back_with(request, refusal, _path(viewer, group_id), 409, 422)
    said = _("Auto-pay is on: invoices are charged on their due date.") if on else _("Auto-pay is off.")
    browser_of(request).say(said)
    return see_other(_path(viewer, group_id))


def _path(viewer: Viewer, group_id: UUID) -> str:
    return viewer.path(f"billing/{group_id}/payment-methods")


async def _page(request: Request, viewer: Viewer, group_id: UUID, form: Form, status: int = 200) -> Response:
    read = viewer.services.billing.payment_methods
    group, methods = await asyncio.gather(
        bill_group(viewer, group_id), section(viewer, "payment_method.view", lambda: read(group_id))
    )
    return page(request, PaymentMethods(group, methods, form), status)
