"""Approving, refusing and withdrawing orders of people who have to ask (D2)."""

import asyncio
from datetime import date
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.agreeing import Order, WantedChange
from services.portal.clients.subscriptions import PricePreview
from services.portal.forms import Form, read_form
from services.portal.orders.along import Along, read_along
from services.portal.orders.cancellations import read_ending
from services.portal.orders.change_offers import read_change_price
from services.portal.orders.views import Approval, RefuseOrder
from services.portal.rendering import back_with, page, see_other
from services.portal.terms import read_renewal
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.waiting_orders import APPROVE
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/orders/{order_id}"
MOST_ALONG = 5


async def read_approval(viewer: Viewer, order: Order) -> Approval | None:
    """What an order waits for, with its price of now; None if it does not wait."""
    if not order.awaits_approval:
        return None
    if order.service_id is not None:
        return await _read_of_service(viewer, order, order.service_id)
    newest = order.newest_plan_version_id or order.plan_version_id
    if newest == order.plan_version_id:
        now = before = await _price(viewer, order, newest)
    else:
        now, before = await asyncio.gather(_price(viewer, order, newest), _price(viewer, order, order.plan_version_id))
    own = order.placed_by == viewer.user.id
    along = await _along(viewer, order, now)
    return Approval(now, before if before is not now else None, newest, viewer.may(APPROVE), own, along=along)


async def _along(viewer: Viewer, order: Order, price: Section[PricePreview]) -> list[Along]:
    """What would come along with a new order, at the prices of now."""
    brought = await viewer.services.provisioning.brought(order.product.key)
    currency = price.content.currency if price.content else None
    return await read_along(viewer, brought, currency, order.quantity, order.configuration or {})


async def _read_of_service(viewer: Viewer, order: Order, service_id: UUID) -> Approval:
    """A change keeps the price that the service has, or gets that of another plan as it is now."""
    shown = order.plan_version_id
    if order.former and order.former.plan_version_id != shown:
        shown = order.newest_plan_version_id or shown
    decides, own = viewer.may(APPROVE), order.placed_by == viewer.user.id
    if order.kind == "renew":
        return Approval(None, None, shown, decides, own, renewal=await read_renewal(viewer, service_id, order.months))
    if order.kind == "cancel":
        return Approval(None, None, shown, decides, own, ending=await read_ending(viewer, service_id))
    wanted = WantedChange(
        service_id=service_id, plan_version_id=shown, configuration=order.configuration or {}, quantity=order.quantity
    )
    return Approval(None, None, shown, decides, own, change=await read_change_price(viewer, wanted))


async def _price(viewer: Viewer, order: Order, plan_version_id: UUID) -> Section[PricePreview]:
    read = viewer.services.billing.price_preview
    quantity, configuration = order.quantity, order.configuration or {}
    return await section(
        viewer, "money.view", lambda: read(plan_version_id, quantity=quantity, configuration=configuration)
    )


@router.post(PATH + "/approve")
async def approve(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """At the prices and, of a renewal, from the end of the term on that the page has shown, which the form names."""
    form = await read_form(request)
    shown, along, term = form.value("plan_version_id"), form.value("brought").split(), form.value("term_ends_on")
    here = viewer.path(f"orders/{order_id}")
    try:
        plan_version_id, brought = UUID(shown), [UUID(each) for each in along[:MOST_ALONG]]
        term_ends_on = date.fromisoformat(term) if term else None
    except ValueError:
        return see_other(here)
    try:
        key = f"approve-{order_id}-{uuid5(order_id, ' '.join([shown, term, *along[:MOST_ALONG]]))}"
        provisioning = viewer.services.provisioning
        found = await provisioning.approve_order(order_id, plan_version_id, brought, term_ends_on, key)
    except Refused as refusal:
        return back_with(request, refusal, here, 409, 422)
    if found.awaits_acknowledgement:
        said = _("Order %(number)s is approved, and waits for your seller to confirm it.", number=found.number)
    else:
        said = _("Order %(number)s is approved and placed.", number=found.number)
    browser_of(request).say(said)
    return see_other(here)


@router.get(PATH + "/refuse")
async def ask_why(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    viewer.require(APPROVE)
    return page(request, RefuseOrder(await viewer.services.provisioning.order(order_id), Form()))


@router.post(PATH + "/refuse")
async def refuse(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """The reason is told to who asked."""
    form = await read_form(request)
    here = viewer.path(f"orders/{order_id}")
    try:
        found = await viewer.services.provisioning.refuse_order(order_id, form.value("reason"))
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, here, 409)
        order = await viewer.services.provisioning.order(order_id)
        return page(request, RefuseOrder(order, form.refused(refusal)), 422)
    browser_of(request).say(_("Order %(number)s is refused. Whoever asked is told why.", number=found.number))
    return see_other(here)


@router.post(PATH + "/withdraw")
async def withdraw(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    await read_form(request)
    here = viewer.path(f"orders/{order_id}")
    try:
        provisioning = viewer.services.provisioning
        order = await provisioning.order(order_id)
        found = await provisioning.withdraw_order(order_id, add_on=order.part_of is not None)
    except Refused as refusal:
        return back_with(request, refusal, here, 403, 409)
    browser_of(request).say(_("Order %(number)s is withdrawn.", number=found.number))
    return see_other(here)
