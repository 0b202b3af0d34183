"""The list of the orders of customers."""

from services.portal.clients.of_all_workspaces import CustomerOrder
from services.portal.order_columns import order_columns
from services.portal.tables import Choice, Empty, Search, Sort, Table
from services.portal.viewer import Viewer
from services.portal.vocabulary import states
from shared.language import gettext as _
from shared.language import mark


def _page(order: CustomerOrder, viewer: Viewer) -> str:
    """Leads to the order in the customer's own portal, where the person then works on behalf (P25)."""
    enters = order.customer_slug and viewer.may("customer.enter")
    return f"/w/{order.customer_slug}/orders/{order.id}" if enters else ""


CUSTOMER_ORDERS: Table[CustomerOrder] = Table(
    id="customer-orders",
    caption=mark("Orders of customers"),
    exported=("provisioning", "customer-orders"),
    columns=order_columns(_page, sort="placed_at"),
    filters=(
        Search("q", mark("Search orders of customers"), mark("Number, customer, product or address")),
        Choice(
            "state",
            mark("Status"),
            states(
                "awaiting_approval",
                "awaiting_acknowledgement",
                "placed",
                "provisioning",
                "scheduled",
                "fulfilled",
                "failed",
                "refused",
                "returned",
                "withdrawn",
                "undone",
                "cancelled",
            ),
            mark("Any status"),
        ),
    ),
    sorts=(Sort("placed_at", mark("Placed"), descending_first=True),),
    empty=lambda viewer: Empty(
        "shopping-cart", _("No orders yet"), _("What your customers order is listed here, the newest first.")
    ),
    row_id=lambda order: order.number,
    fold_early=True,
)  # fmt: skip
