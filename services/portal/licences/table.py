"""The list of licences."""

from collections.abc import Callable

from markupsafe import Markup

from services.portal.atoms import status
from services.portal.clients.licences import Licence
from services.portal.licences.sides import Side
from services.portal.tables import Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import named, tile, time_or
from services.portal.viewer import Viewer
from services.portal.vocabulary import pill
from shared.language import formats, mark
from shared.language import gettext as _

STATES = ("valid", "on_hold", "revoked", "ended")


def licences_table(side: Side) -> Table[Licence]:
    return Table(
        id="licences",
        caption=mark("Licences"),
        columns=(
            Column("licence", mark("Licence"), _named(side), may_hide=False),
            Column("machines", mark("Machines"), lambda licence, viewer: used(licence), look="num"),
            Column("maintenance", mark("Releases until"), lambda licence, viewer: releases(licence), look="wide-cell"),
            Column(
                "issued",
                mark("Issued"),
                lambda licence, viewer: time_or(licence.issued_at),
                look="when",
                sort="issued_at",
            ),
            Column("status", mark("Status"), lambda licence, viewer: status(f"licence_{licence.state}")),
        ),
        filters=(
            Search("q", mark("Search licences"), mark("Search by name or label")),
            Choice("state", mark("Status"), _states, mark("Any status")),
        ),
        sorts=(Sort("issued_at", mark("Issued"), descending_first=True),),
        empty=_empty,
    )


def used(licence: Licence) -> str:
    """On how many of its machines it is used."""
    count, most = formats.number(licence.activations), formats.number(licence.quantity)
    return _("%(count)s of %(most)s", count=count, most=most)


def releases(licence: Licence) -> str:
    """Up to which day's releases it entitles to."""
    if licence.maintenance_until is None:
        return _("as long as the contract runs")
    return formats.day(licence.maintenance_until)


def _states() -> list[tuple[str, str]]:
    return [(state, pill(f"licence_{state}").word) for state in STATES]


def _named(side: Side) -> Callable[[Licence, Viewer], Markup]:
    def cell(licence: Licence, viewer: Viewer) -> Markup:
        below = licence.product.display_name
        return named(tile("licence"), licence.display_name, below, side.at(licence.id))

    return cell


def _empty(viewer: Viewer) -> Empty:
    text = _("A licence is issued as soon as a service of a self-hosted product is there.")
    href = viewer.path("orders/new") if viewer.workspace.kind == "customer" and viewer.may_order else ""
    return Empty("license", _("No licences yet"), text, href, _("Browse the catalogue"))
