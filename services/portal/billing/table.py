"""The list of invoices."""

from dataclasses import replace

from markupsafe import Markup

from services.portal.atoms import filled, icon, status
from services.portal.billing.groups import pays_online
from services.portal.clients.billing import BillGroup, Invoice
from services.portal.tables import Bulk, Choice, Column, Empty, Search, Sort, Table, TableState
from services.portal.tables.cells import icon_link
from services.portal.viewer import Section, Viewer
from services.portal.vocabulary import INVOICE_FILTERS, pill
from shared.language import formats, mark
from shared.language import gettext as _


def _number(invoice: Invoice, viewer: Viewer) -> Markup:
    path = viewer.path(f"billing/invoices/{invoice.id}")
    return filled('<a class="name text-nowrap" href="%s">%s</a>', path, invoice.number)


def _pdf(invoice: Invoice, viewer: Viewer) -> Markup:
    label = _("Download %(number)s as PDF", number=invoice.number)
    return icon_link(viewer.path(f"billing/invoices/{invoice.id}/pdf"), icon("download"), label)


COLUMNS: tuple[Column[Invoice], ...] = (
    Column("number", mark("Number"), _number, may_hide=False),
    Column(
        "issued_on",
        mark("Issued"),
        lambda invoice, viewer: formats.day(invoice.issued_on),
        look="when spare",
        sort="issued_on",
    ),
    Column("due_on", mark("Due"), lambda invoice, viewer: formats.day(invoice.due_on), look="when", sort="due_on"),
    Column("status", mark("Status"), lambda invoice, viewer: status(invoice.state)),
    Column(
        "total",
        mark("Amount"),
        lambda invoice, viewer: formats.money(invoice.total_minor, invoice.currency),
        look="num strong",
        sort="total",
    ),
)
INVOICES: Table[Invoice] = Table(
    id="invoices",
    caption=mark("Invoices"),
    exported=("billing", "invoices"),
    columns=COLUMNS,
    filters=(
        Search("q", mark("Search invoices"), mark("Search by number")),
        Choice("status", mark("Status"), lambda: [(each, pill(each).word) for each in INVOICE_FILTERS], mark("All")),
    ),
    sorts=(
        Sort("issued_on", mark("Issued"), descending_first=True),
        Sort("due_on", mark("Due"), descending_first=True),
        Sort("total", mark("Amount"), descending_first=True),
    ),
    empty=lambda viewer: Empty(
        "receipt", _("No invoices yet"), _("Invoices appear here once a service has started billing.")
    ),
    actions=_pdf,
    bulk=(Bulk("pay", mark("Pay the chosen invoices"), "invoice.pay"),),
    may_choose=lambda invoice, viewer: invoice.payable,
)
LATEST: Table[Invoice] = replace(INVOICES, bulk=())
"""The newest ones, on the page of the billing summary."""


def choosing_of(groups: Section[list[BillGroup]]) -> Table[Invoice]:
    """The list, in which only invoices that can be paid online are chosen to be paid."""
    return replace(INVOICES, may_choose=lambda invoice, viewer: invoice.payable and pays_online(
        groups, invoice.bill_group_id))  # fmt: skip


def fitting(state: TableState) -> TableState:
    """Overdue invoices are sorted by the day on which they were due, whatever was asked: billing has them in no other
    order."""
    due = INVOICES.sort_named("due_on")
    if state.filters.get("status") == "overdue" and state.sort != due:
        return replace(state, sort=due, descending=True)
    return state
