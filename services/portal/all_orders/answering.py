"""The page of an order that waits for the provider: its staff confirm or return it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.all_orders.pages import PATH
from services.portal.all_orders.views import AgreedAlong, AgreedPrice, AnswerOrder
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.acknowledging import WaitingBrought, WaitingOrder
from services.portal.configuration import described, find_fields, quantity_of
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.waiting_orders import ACKNOWLEDGE
from shared.language import gettext as _

router = APIRouter()


@router.get(PATH + "/{order_id}")
async def waiting_order(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    return await _show(request, viewer, order_id, Form())


@router.post(PATH + "/{order_id}/acknowledge")
async def acknowledge(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    form = await read_form(request)
    try:
        found = await viewer.services.provisioning.acknowledge_order(order_id, form.key)
    except Refused as refusal:
        if refusal.kind == "not_awaiting_acknowledgement":
            return back_with(request, refusal, _list(viewer), 409)
        if refusal.status not in IN_THE_FORM:
            raise
        return await _show(request, viewer, order_id, Form(message=_cannot(refusal)), refusal.status)
    said = _("Order %(number)s is confirmed. Its provisioning begins.", number=found.number)
    browser_of(request).say(said)
    return see_other(_list(viewer))


@router.post(PATH + "/{order_id}/return")
async def send_back(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """The reason is told to its customer."""
    form = await read_form(request)
    try:
        found = await viewer.services.provisioning.return_order(order_id, form.value("reason"))
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, _list(viewer), 409)
        return await _show(request, viewer, order_id, form.refused(refusal), 422)
    said = _("Order %(number)s is returned. Its customer is told why.", number=found.number)
    browser_of(request).say(said)
    return see_other(_list(viewer))


async def _show(request: Request, viewer: Viewer, order_id: UUID, form: Form, status: int = 200) -> Response:
    viewer.require(ACKNOWLEDGE)
    order = await viewer.services.provisioning.waiting_order(order_id)
    fields, price, along = await asyncio.gather(
        find_fields(request, viewer, order.product), _read_price(viewer, order), _read_along(viewer, order)
    )
    about = [*quantity_of(order.quantity), *described(order.configuration, fields)]
    return page(request, AnswerOrder(order, about, price, along, form, _list(viewer)), status)


async def _read_along(viewer: Viewer, order: WaitingOrder) -> list[AgreedAlong]:
    prices = await asyncio.gather(*(_read_price(viewer, each) for each in order.brought))
    return [
        AgreedAlong(each.product.display_name, each.quantity, price)
        for each, price in zip(order.brought, prices, strict=True)
    ]


async def _read_price(viewer: Viewer, of: WaitingOrder | WaitingBrought) -> Section[AgreedPrice | None]:
    """The price that was agreed when it was ordered, also of a plan that was withdrawn since."""

    async def read() -> AgreedPrice | None:
        plans = await viewer.services.billing.plan_histories(of.product.id)
        versions = ((plan, each) for plan in plans for each in plan.versions)
        return next(
            (AgreedPrice(plan.display_name, each) for plan, each in versions if each.id == of.plan_version_id), None
        )

    return await section(viewer, "catalogue.edit", read)


def _cannot(refusal: Refused) -> str:
    """What is in the way of provisioning it. It can be returned all the same."""
    why = " ".join([f"{refusal.title}.", *(error.text for error in refusal.errors)])
    return _("The order cannot be confirmed as it is. %(why)s", why=why)


def _list(viewer: Viewer) -> str:
    return PATH.format(slug=viewer.workspace.slug)
