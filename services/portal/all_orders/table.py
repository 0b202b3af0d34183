"""The list of the orders of all workspaces."""

from markupsafe import Markup

from services.portal.atoms import status, when
from services.portal.clients.of_all_workspaces import ListedOrder
from services.portal.formatting import breakable
from services.portal.tables import Choice, Column, Empty, Search, Table
from services.portal.tables.cells import NOTHING, chip, named, tile
from services.portal.viewer import Viewer
from services.portal.vocabulary import VIA, states
from services.portal.waiting_orders import ACKNOWLEDGE
from shared.language import gettext as _
from shared.language import mark


def _order(order: ListedOrder, viewer: Viewer) -> Markup:
    """Only what waits for staff has a page for them: any other order is its workspace's to see."""
    waits = order.state == "awaiting_acknowledgement" and viewer.may(ACKNOWLEDGE)
    href = f"/provider/{viewer.workspace.slug}/all-orders/{order.id}" if waits else ""
    return named(tile(order.product.kind), order.number, order.product.display_name, href)


def _by(order: ListedOrder, viewer: Viewer) -> Markup:
    via = chip(VIA[order.placed_via]) if order.placed_via in VIA else ""
    address = breakable(order.placed_by_address) if order.placed_by_address else NOTHING
    return Markup('<span translate="no">{}</span>{}').format(address, via)


ALL_ORDERS: Table[ListedOrder] = Table(
    id="all-orders",
    caption=mark("Orders of all customers"),
    exported=("provisioning", "all-orders"),
    columns=(
        Column("number", mark("Order"), _order, may_hide=False),
        Column("customer", mark("Customer"), lambda order, viewer: order.customer_name or NOTHING, look="wide-cell"),
        Column("by", mark("By"), _by, look="when wide-cell"),
        Column("quantity", mark("Quantity"), lambda order, viewer: str(order.quantity), at_first=False),
        Column("placed", mark("Placed"), lambda order, viewer: when(order.placed_at), look="when"),
        Column("status", mark("Status"), lambda order, viewer: status(order.state)),
    ),
    filters=(
        Search("q", mark("Search orders of all customers"), mark("Number, customer, product or address")),
        Choice(
            "state",
            mark("Status"),
            states(
                "awaiting_approval",
                "awaiting_acknowledgement",
                "placed",
                "provisioning",
                "fulfilled",
                "failed",
                "refused",
                "returned",
                "withdrawn",
            ),
            mark("Any status"),
        ),
    ),
    empty=lambda viewer: Empty(
        "shopping-cart", _("No orders yet"), _("What customers order is listed here, the newest first.")
    ),
    row_id=lambda order: order.number,
    fold_early=True,
)
