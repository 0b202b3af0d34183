"""The provider's partners: the list with totals of their customers, one with its customers, working on behalf of one,
and adding one."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.customers import COUNTED
from services.portal.customers.closings import closing_of
from services.portal.customers.entering import enter
from services.portal.customers.lists import ChildList, list_in
from services.portal.customers.table import customers_of_partner_table, inactive_note, partners_table
from services.portal.forms import Form, read_form
from services.portal.partners.views import NewPartner, PartnerList, PartnerPage
from services.portal.rendering import page, wants_part
from services.portal.sending import send_form
from services.portal.tables import Empty, TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

FIELDS = ("display_name", "contact_name", "address")


@router.get("/provider/{slug}/partners")
async def partners(request: Request, viewer: InWorkspace) -> Response:
    listed = list_in("provider", viewer.workspace.slug, "partners")
    described = partners_table(listed, lambda viewer: _no_partners(viewer, listed))
    state = TableState.of(described, request.query_params, viewer)
    read = viewer.services.identity.partners
    found = await section(viewer, "customer.list", lambda: read(cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(described, state, found, viewer, listed.path)
    return list_page(request, PartnerList(table, listed))


def _no_partners(viewer: Viewer, listed: ChildList) -> Empty:
    title, company = _("No partners yet"), viewer.workspace.display_name
    if not viewer.may("partner.create"):
        text = _("You see a partner here once an admin of %(company)s has linked you to it.", company=company)
        return Empty("affiliate", title, text)
    text = _("A partner brings its own customers and works for them. Add one, and its first admin is invited.")
    return Empty("affiliate", title, text, f"{listed.path}/new", _("Add partner"))


@router.post("/provider/{slug}/partners/{partner}/view")
async def work_on_behalf(request: Request, viewer: InWorkspace, partner: str) -> Response:
    """Opens the partner's own portal, as with a customer (P25, P26)."""
    return await enter(request, viewer, partner, await read_form(request))


@router.get("/provider/{slug}/partners/new")
async def new_partner(request: Request, viewer: InWorkspace) -> Response:
    return _form(request, viewer, Form())


@router.get("/provider/{slug}/partners/{partner_id:uuid}")
async def partner(request: Request, viewer: InWorkspace, partner_id: UUID) -> Response:
    """Its customers are only read here: whoever wants to change something works on behalf of the partner."""
    listed, identity = list_in("provider", viewer.workspace.slug, "partners"), viewer.services.identity
    described = customers_of_partner_table(listed, partner_id, lambda viewer: _no_customers())
    state = TableState.of(described, request.query_params, viewer)
    totals = not state.cursor and not wants_part(request)  # they are above the first page alone
    asked = state.asked() | {"totals": totals, "cursor": state.cursor, "limit": PAGE_SIZE}
    shown, found = await asyncio.gather(
        identity.partner(partner_id),
        section(viewer, "customer.list", lambda: identity.customers_of_partner(partner_id, **asked)),
    )
    note = inactive_note(found.value) if found.ready else ""
    table = TableView(described, state, found, viewer, listed.account(partner_id), note)
    closing = await closing_of(viewer, shown)
    return list_page(request, PartnerPage(table, shown, listed, found, COUNTED, closing))


def _no_customers() -> Empty:
    text = _("A customer appears here once somebody there has accepted an invitation of the partner.")
    return Empty("building", _("No connected customers yet"), text)


@router.post("/provider/{slug}/partners/new")
async def add_partner(request: Request, viewer: InWorkspace) -> Response:
    """Creates its workspace and invites its first admin."""
    form = await read_form(request)
    values = {"name": form.value("display_name"), "address": form.value("address")}
    return await send_form(
        request, form,
        viewer.services.identity.add_partner(**{name: form.value(name) for name in FIELDS}, key=form.key),
        refused=lambda wrong, status: _form(request, viewer, wrong, status),
        said=lambda _done: _("%(name)s is added, and %(address)s is invited.", **values),
        path=list_in("provider", viewer.workspace.slug, "partners").path,
    )  # fmt: skip


def _form(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    listed = list_in("provider", viewer.workspace.slug, "partners")
    return page(request, NewPartner(form, listed), status)
