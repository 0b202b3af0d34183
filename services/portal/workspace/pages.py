"""The start page, the overview, switching workspaces, and leaving a customer's portal."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.telling import Told, is_noise, tell
from services.portal.browser import browser_of
from services.portal.clients.audit import Entry
from services.portal.clients.customers import Partner
from services.portal.clients.http import Page
from services.portal.clients.links import Destination
from services.portal.customers.entering import enter
from services.portal.customers.lists import list_in
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.security import local_path
from services.portal.viewer import InWorkspace, Section, SignedIn, Viewer, find_viewer, section
from services.portal.waiting_orders import to_acknowledge, to_do_by_hand, waiting_orders
from services.portal.waiting_quotes import offers_to_answer, quotes_to_price
from services.portal.workspace.at_a_glance import Glance, customers_at_a_glance, orders_at_a_glance, revenue_at_a_glance
from services.portal.workspace.first_steps import first_steps
from services.portal.workspace.views import CustomerOverview, ParentOverview
from shared.language import gettext as _

router = APIRouter()

SERVICES, ENTRIES = 6, 6
"""On the overview."""
READ = 15
"""Entries of the log to choose these from."""


@router.get("/")
async def start(viewer: SignedIn) -> Response:
    return see_other(viewer.path())


@router.get("/w/{slug}/")
async def overview(request: Request, viewer: InWorkspace) -> Response:
    if viewer.is_visitor:
        return see_other(viewer.path("billing"))
    if viewer.workspace.kind == "customer":
        return await _customer_overview(request, viewer)
    return await _parent_overview(request, viewer)


async def _customer_overview(request: Request, viewer: InWorkspace) -> Response:
    services, bill_groups, invoices, entries, waiting, offers = await asyncio.gather(
        section(viewer, "service.view", lambda: viewer.services.provisioning.services(limit=SERVICES)),
        section(viewer, "money.view", viewer.services.billing.bill_groups),
        section(viewer, "money.view", lambda: viewer.services.billing.invoices(limit=3)),
        section(viewer, "audit.view", lambda: viewer.services.audit.entries(limit=READ)),
        waiting_orders(request, viewer),
        offers_to_answer(viewer),
    )
    steps = await first_steps(viewer, services, bill_groups)
    activity = _activity(viewer, entries)
    return page(request, CustomerOverview(services, bill_groups, invoices, entries, activity, waiting, offers, steps))


async def _parent_overview(request: Request, viewer: InWorkspace) -> Response:
    newest = viewer.services.identity.customers
    customers, partners, entries, (waiting, by_hand, to_price), glances = await asyncio.gather(
        section(viewer, "customer.list", lambda: newest(sort="last_activity", descending=True, limit=5)),
        _partners(viewer),
        section(viewer, "audit.view", lambda: viewer.services.audit.entries(limit=READ)),
        asyncio.gather(to_acknowledge(request, viewer), to_do_by_hand(viewer), quotes_to_price(viewer)),
        asyncio.gather(
            section(viewer, "customer.list", lambda: _summary(viewer)),
            section(viewer, "customer.list", viewer.services.billing.failing_payments),  # of all, as the revenue
            section(viewer, "customer.list", lambda: _revenue(viewer)),
            _orders(viewer),
        ),
    )
    activity, (summary, failing, revenue, orders) = _activity(viewer, entries), glances
    shown = ParentOverview(
        customers, partners, entries, activity, summary, failing, revenue, waiting, by_hand=by_hand, to_price=to_price,
        orders=orders,
    )  # fmt: skip
    return page(request, shown)


async def _revenue(viewer: Viewer) -> Sequence[Glance]:
    """Of all customers: only who sees all gets it."""
    return revenue_at_a_glance(viewer, await viewer.services.billing.customers_mrr())


async def _summary(viewer: Viewer) -> Sequence[Glance]:
    return customers_at_a_glance(viewer, await viewer.services.identity.customers_summary())


async def _orders(viewer: Viewer) -> Section[Sequence[Glance]] | None:
    """A partner's; the provider has the orders of all workspaces."""
    if viewer.workspace.kind != "partner":
        return None

    async def read() -> Sequence[Glance]:
        return orders_at_a_glance(viewer, await viewer.services.provisioning.customer_order_counts())

    return await section(viewer, "customer.list", read)


def _activity(viewer: Viewer, entries: Section[Page[Entry]]) -> list[Told]:
    """The newest entries, without what only tells what follows from others."""
    found = [entry for entry in entries.content.items if not is_noise(entry)] if entries.content else []
    return tell(viewer, found[:ENTRIES])


async def _partners(viewer: Viewer) -> Section[Page[Partner]] | None:
    """The provider alone has partners."""
    if viewer.workspace.kind != "provider":
        return None
    return await section(viewer, "customer.list", lambda: viewer.services.identity.partners(limit=5))


@router.post("/switch")
async def switch(request: Request, viewer: SignedIn) -> Response:
    """Switches to another of the person's own workspaces. The page "You are now working in …" says where to go then."""
    form = await read_form(request)
    wanted = form.value("workspace")
    if viewer.on_behalf or viewer.preview:
        await _leave(viewer)
        viewer = await find_viewer(request)  # the old token was for the customer
    if wanted and wanted != viewer.workspace.slug:
        await viewer.services.identity.switch(wanted)
    return see_other(local_path(form.value("return_to")))


@router.post("/go-on")
async def go_on(request: Request, viewer: SignedIn) -> Response:
    """Goes to a page of a workspace that the browser does not work in, through whatever switch that takes: ends work on
    behalf, switches to the person's own workspace, begins work on behalf of another (P25, P26)."""
    form = await read_form(request)
    slug = form.value("workspace")
    if slug != viewer.workspace.slug:
        found = await viewer.services.identity.destination(slug)
        slug = found.workspace.slug
        if slug != viewer.workspace.slug:
            return await _go_to(request, viewer, found, form)
    return see_other(local_path(form.value("return_to"), f"/w/{slug}/"))


async def _go_to(request: Request, viewer: Viewer, found: Destination, form: Form) -> Response:
    home = found.home_workspace.slug
    if viewer.on_behalf or viewer.preview:
        await _leave(viewer)
        viewer = await find_viewer(request)  # a token is for one workspace
    if home != viewer.workspace.slug:
        await viewer.services.identity.switch(home)
        viewer = await find_viewer(request)
    slug = found.workspace.slug
    if found.way == "on_behalf":
        return await enter(request, viewer, slug, form)
    return see_other(local_path(form.value("return_to"), f"/w/{slug}/"))


@router.post("/w/{slug}/exit")
async def exit_customer(request: Request, viewer: InWorkspace) -> Response:
    """Leaves a customer's or partner's portal, back to the list that it is in."""
    await _leave(viewer)
    browser_of(request).say(_("You have left %(workspace)s.", workspace=viewer.workspace.display_name))
    home = viewer.home_workspace
    if home is None:
        return see_other("/")
    base = "provider" if home.kind == "provider" else "partner"
    below = "partners" if viewer.workspace.kind == "partner" else "customers"
    return see_other(list_in(base, home.slug, below).path)


async def _leave(viewer: Viewer) -> None:
    """Ends the preview or the work on behalf that the viewer is in."""
    if viewer.preview:
        await viewer.services.identity.end_preview()
    else:
        await viewer.services.identity.end_on_behalf()
