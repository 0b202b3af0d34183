"""The list of the services at a site."""

from services.portal.atoms import status
from services.portal.clients.provisioning import Service
from services.portal.tables import Choice, Column, Empty, Table
from services.portal.tables.cells import NOTHING, named, tile, time_or
from services.portal.viewer import Viewer
from services.portal.vocabulary import KINDS, VERBS, kind_of, pill, states
from shared.language import gettext as _
from shared.language import mark


def _work(service: Service, viewer: Viewer) -> str:
    work = service.operation
    if work is None:
        return NOTHING
    return _("%(work)s: %(state)s", work=VERBS.get(work.verb, work.verb), state=pill(f"operation_{work.state}").word)


PLACED: Table[Service] = Table(
    id="placed-services",
    caption=mark("Services"),
    columns=(
        Column(
            "name",
            mark("Service"),
            lambda service, viewer: named(
                tile(service.kind),
                service.display_name,
                service.product.display_name,
                viewer.path(f"services/{service.id}"),
            ),
            may_hide=False,
        ),
        Column("kind", mark("Kind"), lambda service, viewer: kind_of(service.kind).title),
        Column("work", mark("Latest work"), _work),
        Column("since", mark("Since"), lambda service, viewer: time_or(service.provisioned_at), look="when"),
        Column("status", mark("Status"), lambda service, viewer: status(service.state)),
    ),
    filters=(
        Choice("kind", mark("Kind"), lambda: [(name, kind.title) for name, kind in KINDS.items()], mark("All kinds")),
        Choice(
            "state",
            mark("Status"),
            states("requested", "provisioning", "active", "changing", "suspended", "deleting", "failed"),
            mark("Any status"),
        ),
    ),
    empty=lambda viewer: Empty("server-2", _("No services here"), _("What runs here appears in this list."), "", ""),
)
