"""The Customers page: who accepted an invitation (P2), with the columns that the viewer's role shows (D10)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.customers import COUNTED, Customer
from services.portal.customers.account_paths import Base
from services.portal.customers.entering import enter
from services.portal.customers.lists import list_in
from services.portal.customers.table import customers_table, inactive_note
from services.portal.customers.views import CustomerList, NewCustomer
from services.portal.forms import Form, read_form
from services.portal.rendering import page, wants_part
from services.portal.sending import send_form
from services.portal.tables import Empty, TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/{base}/{slug}/customers")
async def customers(request: Request, viewer: InWorkspace, base: Base) -> Response:
    listed = list_in(base, viewer.workspace.slug, "customers")
    described = customers_table(listed, lambda viewer: _no_customers(viewer, base))
    state = TableState.of(described, request.query_params, viewer)
    shows_totals = not state.cursor and not wants_part(request)  # they are above the first page alone
    read = viewer.services.identity.customers
    found = await section(
        viewer,
        "customer.list",
        lambda: read(
            status="connected", **state.asked(), totals=shows_totals, cursor=state.cursor, limit=PAGE_SIZE
        ),
    )  # fmt: skip
    note = inactive_note(found.value) if found.ready else ""
    table = TableView(described, state, found, viewer, listed.path, note)
    return list_page(request, CustomerList(table, found, COUNTED, base))


def _no_customers(viewer: Viewer, base: Base) -> Empty:
    if viewer.may("customer.invite"):
        text = _("A customer appears here once somebody there has accepted your invitation.")
        path = list_in(base, viewer.workspace.slug, "invitations").path
        return Empty("building", _("No connected customers yet"), text, path, _("Customers to invite"))
    company = viewer.workspace.display_name
    text = _("You see a customer here once an admin of %(company)s has linked you to it.", company=company)
    return Empty("building", _("No customers yet"), text)


@router.post("/{base}/{slug}/customers/{customer}/view")
async def work_on_behalf(request: Request, viewer: InWorkspace, base: Base, customer: str) -> Response:
    """Opens the customer's own portal with the rights of the link; one customer at a time (P25, P26)."""
    return await enter(request, viewer, customer, await read_form(request))


@router.get("/{base}/{slug}/customers/new")
async def new_customer(request: Request, viewer: InWorkspace, base: Base) -> Response:
    return page(request, NewCustomer(Form(), base))


@router.post("/{base}/{slug}/customers/new")
async def add_customer(request: Request, viewer: InWorkspace, base: Base) -> Response:
    """A new customer is Not Connected until somebody there accepts an invitation (L6)."""
    form = await read_form(request)

    def said(added: Customer) -> str:
        names = {"name": added.display_name, "path": f"/w/{added.slug}/"}
        return _("%(name)s is added, at %(path)s. Put an address on file to invite it.", **names)

    return await send_form(
        request, form, viewer.services.identity.add_customer(display_name=form.value("display_name"), key=form.key),
        refused=lambda wrong, status: page(request, NewCustomer(wrong, base), status),
        said=said, path=lambda added: list_in(base, viewer.workspace.slug, "invitations").contact(added.id),
    )  # fmt: skip
