"""The columns that the lists of orders of several workspaces have in common."""

from collections.abc import Callable
from typing import TypeVar

from markupsafe import Markup

from services.portal.atoms import status, when
from services.portal.clients.of_all_workspaces import ListedOrder
from services.portal.tables import Column
from services.portal.tables.cells import NOTHING, by_whom, named, tile
from services.portal.viewer import Viewer
from shared.language import mark

Order = TypeVar("Order", bound=ListedOrder)


def order_columns(href: Callable[[Order, Viewer], str], sort: str | None = None) -> tuple[Column[Order], ...]:
    """``href``: where an order has a page for the viewer; empty, it has none. ``sort``: that of when it was placed."""

    def number(order: Order, viewer: Viewer) -> Markup:
        return named(tile(order.product.kind), order.number, order.product.display_name, href(order, viewer))

    return (
        Column("number", mark("Order"), number, may_hide=False),
        Column("customer", mark("Customer"), lambda order, viewer: order.customer_name or NOTHING, look="wide-cell"),
        Column("by", mark("By"), lambda order, viewer: by_whom(order.placed_by_address, order.placed_via),
               look="when wide-cell"),
        Column("quantity", mark("Quantity"), lambda order, viewer: str(order.quantity), at_first=False),
        Column("placed", mark("Placed"), lambda order, viewer: when(order.placed_at), look="when", sort=sort),
        Column("status", mark("Status"), lambda order, viewer: status(order.state)),
    )  # fmt: skip
