"""The list of unprinted invoices."""

from markupsafe import Markup

from services.portal.atoms import when
from services.portal.clients.unfinished import UnprintedInvoice
from services.portal.tables import Column, Empty, Table
from services.portal.tables.cells import NOTHING, again_button
from services.portal.viewer import Viewer
from shared.language import gettext as _
from shared.language import mark

FAILURES = {
    "died": mark("The printing process ended, most often because of too little memory."),
    "too_slow": mark("Printing took too long."),
    "refused": mark("The document cannot be set."),
    "not_stored": mark("The store of files did not take it."),
    "no_logo": mark("The seller's logo is gone."),
}


def _what(invoice: UnprintedInvoice, viewer: Viewer) -> str:
    if invoice.state == "printing":
        return _("It is being made again.")
    if invoice.failure:
        return _(FAILURES.get(invoice.failure, FAILURES["refused"]))
    return _("No font has these characters: %(characters)s", characters=_named(invoice.missing))


def _named(characters: list[str]) -> str:
    """The first of them, by their numbers too: they may look like nothing."""
    return ", ".join(f"{each} (U+{ord(each):04X})" for each in characters[:8])


def _print(invoice: UnprintedInvoice, viewer: Viewer) -> Markup:
    if not viewer.may("bill_group.manage") or invoice.state == "printing":
        return Markup("")
    path = f"/provider/{viewer.workspace.slug}/unprinted-invoices/{invoice.id}/print"
    label = _("Print %(number)s again", number=invoice.number)
    return again_button(path, _("Print again"), label)


UNPRINTED_INVOICES: Table[UnprintedInvoice] = Table(
    id="unprinted-invoices",
    caption=mark("Unprinted invoices"),
    columns=(
        Column("number", mark("Invoice"), lambda invoice, viewer: invoice.number, may_hide=False),
        Column(
            "customer", mark("Customer"), lambda invoice, viewer: invoice.customer_name or NOTHING, look="wide-cell"
        ),
        Column("reason", mark("Reason"), _what, look="wide-cell"),
        Column("issued", mark("Issued"), lambda invoice, viewer: when(invoice.issued_at), look="when"),
    ),
    empty=lambda viewer: Empty(
        "circle-check",
        _("Every invoice is printed"),
        _("An invoice whose PDF cannot be made, or lacks characters, waits here."),
    ),
    actions=_print,
    row_id=lambda invoice: invoice.number,
    fold_early=True,
)
