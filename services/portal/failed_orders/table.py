"""The list of failed orders."""

from markupsafe import Markup

from services.portal.atoms import when
from services.portal.clients.provisioning import FailedOrder
from services.portal.tables import Bulk, Column, Empty, Table
from services.portal.tables.cells import NOTHING, again_button, chip, named, tile
from services.portal.viewer import Viewer
from services.portal.vocabulary import VIA
from shared.language import gettext as _
from shared.language import mark


def _customer(order: FailedOrder, viewer: Viewer) -> Markup:
    via = chip(VIA[order.placed_via]) if order.placed_via in VIA else Markup("")
    by = _("by %(address)s", address=order.placed_by_address or NOTHING)
    return named(Markup(""), order.customer_name or NOTHING, Markup('<span class="when">{}{}</span>').format(by, via))


def _retry(order: FailedOrder, viewer: Viewer) -> Markup:
    path = f"/provider/{viewer.workspace.slug}/failed-orders/{order.id}/retry"
    label = _("Try %(number)s again", number=order.number)
    return again_button(path, _("Try again"), label)


FAILED_ORDERS: Table[FailedOrder] = Table(
    id="failed-orders",
    caption=mark("Failed orders"),
    exported=("provisioning", "failed-orders"),
    columns=(
        Column(
            "order",
            mark("Order"),
            lambda order, viewer: named(tile(order.product.kind), order.number, order.called),
            may_hide=False,
        ),
        Column("customer", mark("Customer"), _customer, look="wide-cell"),
        Column("reason", mark("Reason"), lambda order, viewer: order.why, look="wide-cell"),
        Column(
            "step",
            mark("Step"),
            lambda order, viewer: _("%(step)s of %(steps)s", step=order.step, steps=order.steps),
            look="when",
        ),
        Column("failed", mark("Failed"), lambda order, viewer: when(order.failed_at), look="when"),
    ),
    empty=lambda viewer: Empty(
        "circle-check",
        _("Nothing has failed"),
        _("An order that cannot be provisioned waits here until it is tried again."),
    ),
    actions=_retry,
    row_id=lambda order: order.number,
    bulk=(Bulk("retry", mark("Try the chosen orders again"), "order.retry"),),
    fold_early=True,
)
