"""The list of bill groups that are not billed."""

from markupsafe import Markup

from services.portal.atoms import when
from services.portal.clients.unfinished import ParkedGroup
from services.portal.tables import Column, Empty, Table
from services.portal.tables.cells import NOTHING, again_button, named
from services.portal.viewer import Viewer
from shared.language import gettext as _
from shared.language import mark
from shared.language.formats import day

REASONS = {
    "currency": mark("Amounts of two currencies"),
    "sums": mark("The lines do not add up"),
    "periods": mark("The days of a service do not follow each other"),
    "billed_before": mark("Days that an invoice has already"),
    "too_much": mark("More money than an invoice can say"),
    "failed": mark("An error, which is in the log"),
}


def _reason(group: ParkedGroup, viewer: Viewer) -> Markup:
    return named(Markup(""), _(REASONS.get(group.reason, group.reason)), Markup("{}").format(group.detail))


def _retry(group: ParkedGroup, viewer: Viewer) -> Markup:
    if not viewer.may("billing_run.retry"):
        return Markup("")
    path = f"/provider/{viewer.workspace.slug}/billing-run/{group.id}/retry"
    label = _("Bill %(name)s again", name=group.customer_name or NOTHING)
    return again_button(path, _("Try again"), label)


PARKED_GROUPS: Table[ParkedGroup] = Table(
    id="parked-groups",
    caption=mark("Bill groups that are not billed"),
    columns=(
        Column("customer", mark("Customer"), lambda group, viewer: group.customer_name or NOTHING, may_hide=False),
        Column("reason", mark("Reason"), _reason, look="wide-cell"),
        Column("date", mark("Billing date"), lambda group, viewer: day(group.billing_on), look="when"),
        Column("parked", mark("Left out"), lambda group, viewer: when(group.parked_at), look="when"),
    ),
    empty=lambda viewer: Empty(
        "circle-check",
        _("Every bill group is billed"),
        _("One whose next invoice would be wrong waits here until it is tried again."),
    ),
    actions=_retry,
    row_id=lambda group: str(group.id),
    fold_early=True,
)
