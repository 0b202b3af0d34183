"""The list of orders, and one order with its live steps."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import ThingMissing, read_thing
from services.portal.clients.agreeing import Order
from services.portal.configuration import Property, described, find_fields, quantity_of
from services.portal.live_pages import live_part
from services.portal.orders.approvals import read_approval
from services.portal.orders.by_hand import planned
from services.portal.orders.differences import Difference, differences
from services.portal.orders.table import ORDERS
from services.portal.orders.views import OrderList, OrderPage, Progress
from services.portal.product_fields import Field
from services.portal.rendering import page, part
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.vocabulary import END_REASONS
from services.portal.waiting_orders import waiting_orders
from shared.language import gettext as _
from shared.language import ngettext

router = APIRouter()

FINAL_STATES = {"fulfilled", "failed", "refused", "returned", "withdrawn", "scheduled", "undone", "cancelled"}


@router.get("/w/{slug}/orders")
async def orders(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(ORDERS, request.query_params, viewer)
    read = viewer.services.provisioning.orders
    found, waiting = await asyncio.gather(
        section(viewer, "service.view", lambda: read(**state.asked(), **state.page(), limit=PAGE_SIZE)),
        waiting_orders(request, viewer),
    )
    table = TableView(ORDERS, state, found, viewer, viewer.path("orders"))
    return list_page(request, OrderList(table, waiting))


@router.get("/w/{slug}/orders/{order_id}")
async def order(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    thing = await read_thing(viewer, "service.view", order_id, lambda: viewer.services.provisioning.order(order_id))
    if not thing.found.ready:
        missing = ThingMissing(thing.found, thing.history, _("Order"), viewer.path("orders"), _("Orders"), "orders")
        return page(request, missing, thing.status)
    found = thing.found.value
    fields, approval = await asyncio.gather(find_fields(request, viewer, found.product), read_approval(viewer, found))
    differs = _differences(found, fields)
    about = [*planned(found), *_moving(found), *_ending(found), *_renewing(found), *_decided(found)]
    if found.former is None and found.kind != "renew":
        about = [*quantity_of(found.quantity), *described(found.configuration, fields), *_along(found), *about]
    return page(request, OrderPage(found, _is_final(found), approval, about, differs, thing.history))


@router.get("/w/{slug}/orders/{order_id}/progress")
async def progress(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """The same part as the stream sends, for polling where streams are blocked."""
    return part(request, await _progress(viewer, order_id))


@router.get("/w/{slug}/orders/{order_id}/events")
async def order_events(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    async def read(anew: Viewer) -> tuple[Progress, bool]:
        found = await _progress(anew, order_id)
        return found, found.final

    return live_part(request, viewer, read)


async def _progress(viewer: Viewer, order_id: UUID) -> Progress:
    found = await viewer.services.provisioning.order(order_id)
    return Progress(found, _is_final(found), await read_approval(viewer, found))


def _differences(order: Order, fields: Section[list[Field]]) -> list[Difference]:
    former = order.former
    if former is None:
        return []
    quantities = (former.quantity, order.quantity)
    found = differences(former.configuration, order.configuration, fields, quantities)
    if former.plan_version_id != order.plan_version_id:
        found.append(Difference(_("Plan"), _("the former one"), _("another one")))
    return found


def _along(order: Order) -> list[Property]:
    """What comes along once the provider confirms the order."""
    return [Property(_("Comes along"), ", ".join(order.brought))] if order.brought else []


def _moving(order: Order) -> list[Property]:
    """From where a service is moved."""
    return [Property(_("Moved from"), order.former_location.display_name)] if order.former_location else []


def _ending(order: Order) -> list[Property]:
    """When and why a service is cancelled."""
    if not order.ends:
        return []
    when = _("Now") if order.ends == "now" else _("At the end of its billing period")
    reason = str(order.end_reason)
    return [Property(_("Ends"), when), Property(_("Why"), END_REASONS.get(reason, reason))]


def _renewing(order: Order) -> list[Property]:
    """By how much a term ends later."""
    if order.kind != "renew":
        return []
    if order.months is None:
        return [Property(_("The term ends later by"), _("one more term"))]
    return [Property(_("The term ends later by"), ngettext("%(num)s month", "%(num)s months", order.months))]


def _decided(order: Order) -> list[Property]:
    """What was said and decided about an order that had to be approved."""
    label = _("Wish") if order.by_hand else _("Message")
    found = [Property(label, order.message)] if order.message else []
    if order.decided_by_address:
        label = _("Refused by") if order.state == "refused" else _("Approved by")
        found.append(Property(label, order.decided_by_address))
    if order.reason:
        found.append(Property(_("Reason"), order.reason))
    return found


def _is_final(order: Order) -> bool:
    return order.state in FINAL_STATES
