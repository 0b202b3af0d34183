"""The list of orders."""

from markupsafe import Markup

from services.portal.atoms import status, when
from services.portal.clients.provisioning import OrderSummary
from services.portal.tables import Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import NOTHING, chip, named, tile
from services.portal.viewer import Viewer
from services.portal.vocabulary import ORDER_KINDS, VIA, states
from shared.language import gettext as _
from shared.language import mark


def _name(order: OrderSummary, viewer: Viewer) -> Markup:
    return named(tile(order.product.kind), order.number, order.called, viewer.path(f"orders/{order.id}"))


def _by(order: OrderSummary, viewer: Viewer) -> Markup:
    via = chip(VIA[order.placed_via]) if order.placed_via in VIA else ""
    return Markup("{}{}").format(order.placed_by_address or NOTHING, via)


def _steps(order: OrderSummary, viewer: Viewer) -> str:
    if order.step is None or order.steps is None:
        return NOTHING
    return _("%(step)s of %(steps)s", step=order.step, steps=order.steps)


def _empty(viewer: Viewer) -> Empty:
    text = _("Each order is listed here with its steps, from placed to fulfilled.")
    href = viewer.path("orders/new") if viewer.may_order else ""
    return Empty("shopping-cart", _("No orders yet"), text, href, _("Browse the catalogue"))


ORDERS: Table[OrderSummary] = Table(
    id="orders",
    caption=mark("Orders"),
    exported=("provisioning", "orders"),
    columns=(
        Column("number", mark("Order"), _name, may_hide=False),
        Column("kind", mark("Kind"), lambda order, viewer: ORDER_KINDS.get(order.kind, order.kind)),
        Column("placed", mark("Placed"), lambda order, viewer: when(order.placed_at), look="when", sort="placed_at"),
        Column("by", mark("By"), _by, look="when wide-cell"),
        Column("steps", mark("Steps"), _steps, look="when"),
        Column("status", mark("Status"), lambda order, viewer: status(order.state)),
    ),
    filters=(
        Search("q", mark("Search orders"), mark("Search by number")),
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
    empty=_empty,
)
