"""The list of the orders of all workspaces."""

from services.portal.clients.of_all_workspaces import ListedOrder
from services.portal.order_columns import order_columns
from services.portal.tables import Choice, Empty, Search, Table
from services.portal.viewer import Viewer
from services.portal.vocabulary import states
from services.portal.waiting_orders import ACKNOWLEDGE
from shared.language import gettext as _
from shared.language import mark


def _page(order: ListedOrder, viewer: Viewer) -> str:
    """Only what waits for staff has a page for them: any other order is its workspace's to see."""
    waits = order.state == "awaiting_acknowledgement" and viewer.may(ACKNOWLEDGE)
    return f"/provider/{viewer.workspace.slug}/all-orders/{order.id}" if waits else ""


ALL_ORDERS: Table[ListedOrder] = Table(
    id="all-orders",
    caption=mark("Orders of all customers"),
    exported=("provisioning", "all-orders"),
    columns=order_columns(_page),
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
)  # fmt: skip
