"""The list of services."""

from markupsafe import Markup

from services.portal.atoms import filled, status
from services.portal.clients.provisioning import Service
from services.portal.tables import Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import NOTHING, chip, named, tile, time_or
from services.portal.viewer import Viewer
from services.portal.vocabulary import KINDS, kind_of, states
from shared.language import gettext as _
from shared.language import mark


def _name(service: Service, viewer: Viewer) -> Markup:
    times = f" × {service.quantity}" if service.quantity > 1 else ""
    labels = Markup("").join(chip(each) for each in service.labels)
    whole = chip(_("Part of %(name)s", name=service.whole_name)) if service.whole_name else ""
    below = Markup("{}{}{}{}").format(service.product.display_name, times, whole, labels)
    return named(tile(service.kind), service.display_name, below, viewer.path(f"services/{service.id}"))


def _place(service: Service, viewer: Viewer) -> Markup | str:
    if service.location is None:
        return NOTHING
    return filled('<a href="%s">%s</a>', viewer.path(f"locations/{service.location.id}"), service.location.display_name)


def _empty(viewer: Viewer) -> Empty:
    text = _("What you order appears here, with its state and how it is configured.")
    href = viewer.path("orders/new") if viewer.may_order else ""
    return Empty("server-2", _("No services yet"), text, href, _("Browse the catalogue"))


STATES = ("requested", "provisioning", "active", "changing", "suspended", "failed", "deleting", "deleted")

SERVICES: Table[Service] = Table(
    id="services",
    caption=mark("Services"),
    exported=("provisioning", "services"),
    columns=(
        Column("name", mark("Service"), _name, sort="name", may_hide=False),
        Column("location", mark("Location"), _place),
        Column("kind", mark("Kind"), lambda service, viewer: kind_of(service.kind).title),
        Column(
            "since",
            mark("Since"),
            lambda service, viewer: time_or(service.provisioned_at),
            look="when",
            sort="requested_at",
        ),
        Column("status", mark("Status"), lambda service, viewer: status(service.state)),
    ),
    filters=(
        Search("q", mark("Search services"), mark("Search by name or label")),
        Choice("kind", mark("Kind"), lambda: [(name, kind.title) for name, kind in KINDS.items()], mark("All kinds")),
        Choice(
            "state",
            mark("Status"),
            states(*STATES),
            mark("Any status"),
        ),
    ),
    sorts=(Sort("requested_at", mark("Since"), descending_first=True), Sort("name", mark("Service"))),
    empty=_empty,
)
