"""The billing summary of one bill group (O11 to O14): spend, open amounts, subscriptions."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.groups import bill_groups
from services.portal.billing.spend import spend_chart
from services.portal.billing.table import LATEST as LATEST_INVOICES
from services.portal.billing.views import Summary
from services.portal.clients.billing import BillGroup, Invoice, NextInvoice, Subscription
from services.portal.clients.http import Page
from services.portal.rendering import page
from services.portal.revenue import revenue_of
from services.portal.tables import TableState, TableView
from services.portal.viewer import InWorkspace, Section, Viewer, section

router = APIRouter()

LATEST = 5
SUBSCRIPTIONS = 20


@router.get("/w/{slug}/billing")
async def billing(request: Request, viewer: InWorkspace, group: UUID | None = None, cursor: str = "") -> Response:
    groups = await bill_groups(viewer)
    chosen = _chosen(groups, group)
    upcoming, spend, mrr, invoices, subscriptions = await asyncio.gather(
        _upcoming(viewer, chosen),
        section(viewer, "money.view", viewer.services.billing.spend),
        section(viewer, "money.view", viewer.services.billing.mrr),
        section(viewer, "money.view", lambda: _latest_invoices(viewer, chosen)),
        section(viewer, "money.view", lambda: _subscriptions(viewer, chosen, cursor)),
    )
    chart = spend_chart(spend.value, chosen.currency) if spend.ready and chosen else None
    latest = TableView(LATEST_INVOICES, TableState({}, None, descending=False), invoices, viewer, "")
    revenue = revenue_of(mrr.content or [])
    return page(request, Summary(groups, chosen, upcoming, spend, chart, mrr, revenue, latest, subscriptions, cursor))


async def _upcoming(viewer: Viewer, chosen: BillGroup | None) -> Section[NextInvoice] | None:
    """What the next invoice comes to. The summary does not wait for it longer than for anything else, and is shown
    without it (O4)."""
    if chosen is None or chosen.next_billing_on is None:
        return None
    return await section(viewer, "money.view", lambda: viewer.services.billing.next_invoice(chosen.id))


async def _latest_invoices(viewer: Viewer, chosen: BillGroup | None) -> Page[Invoice]:
    return await viewer.services.billing.invoices(bill_group_id=chosen.id if chosen else None, limit=LATEST)


async def _subscriptions(viewer: Viewer, chosen: BillGroup | None, cursor: str) -> Page[Subscription]:
    """A page of those that the bill group pays (O19)."""
    group_id = chosen.id if chosen else None
    return await viewer.services.billing.subscriptions(bill_group_id=group_id, cursor=cursor, limit=SUBSCRIPTIONS)


def _chosen(bill_groups: Section[list[BillGroup]], wanted: UUID | None) -> BillGroup | None:
    """The bill group that the page is about: the one asked for, else the first."""
    if not bill_groups.ready or not bill_groups.value:
        return None
    return next((group for group in bill_groups.value if group.id == wanted), bill_groups.value[0])
