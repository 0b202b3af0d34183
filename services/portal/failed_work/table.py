"""The list of failed work."""

from markupsafe import Markup

from services.portal.atoms import when
from services.portal.clients.of_all_workspaces import FailedWork
from services.portal.formatting import breakable
from services.portal.tables import Choice, Column, Empty, Table
from services.portal.tables.cells import NOTHING, chip, named
from services.portal.viewer import Viewer
from services.portal.vocabulary import VERBS, VIA
from shared.language import gettext as _
from shared.language import mark


def _service(work: FailedWork, viewer: Viewer) -> Markup:
    """Without a link: the service itself is its workspace's to see."""
    return named(Markup(""), work.display_name, work.customer_name or NOTHING)


def _by(work: FailedWork, viewer: Viewer) -> Markup:
    via = chip(VIA[work.begun_via]) if work.begun_via in VIA else ""
    address = breakable(work.begun_by_address) if work.begun_by_address else NOTHING
    return Markup('<span translate="no">{}</span>{}').format(address, via)


FAILED_WORK: Table[FailedWork] = Table(
    id="failed-work",
    caption=mark("Failed work"),
    exported=("provisioning", "failed-work"),
    columns=(
        Column("service", mark("Service"), _service, may_hide=False, look="wide-cell"),
        Column("verb", mark("Work"), lambda work, viewer: VERBS.get(work.verb, work.verb)),
        Column("reason", mark("Reason"), lambda work, viewer: work.why, look="wide-cell"),
        Column(
            "step",
            mark("Step"),
            lambda work, viewer: _("%(step)s of %(steps)s", step=work.step, steps=work.steps),
            look="when",
        ),
        Column("by", mark("By"), _by, look="when wide-cell"),
        Column("failed", mark("Failed"), lambda work, viewer: when(work.failed_at), look="when"),
    ),
    filters=(
        Choice(
            "verb",
            mark("Work"),
            lambda: [(verb, VERBS[verb]) for verb in VERBS if verb not in ("create", "change", "delete")],
            mark("Any work"),
        ),
    ),
    empty=lambda viewer: Empty(
        "circle-check",
        _("Nothing has failed"),
        _("Work on a service that does not come to its end is listed here. Orders that fail have a list of their own."),
    ),
    row_id=lambda work: str(work.id),
    fold_early=True,
)
