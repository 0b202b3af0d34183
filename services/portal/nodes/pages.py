"""Where services run: all sites at a glance, the services of one, and one service (K9)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.http import Page
from services.portal.clients.infrastructure import (
    PlacedKind,
    PlacedServices,
    PlacedState,
    Site,
    SiteServices,
)
from services.portal.nodes.maps import draw
from services.portal.nodes.table import PLACED
from services.portal.nodes.views import NodesPage, Placed, PlacePage, PlacePart, SiteList, SiteRow, StateCount
from services.portal.rendering import page, part, wants_part
from services.portal.resources import amounts, country
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.vocabulary import KINDS, states
from shared.language import formats
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/nodes"
PERMISSION = "service.view"
MOST = 1_000


@router.get(PATH)
async def nodes(request: Request, viewer: InWorkspace, kind: str = "", state: str = "", cursor: str = "") -> Response:
    kind_: PlacedKind = next((each for each in get_args(PlacedKind) if each == kind), "")
    state_: PlacedState = next((each for each in get_args(PlacedState) if each == state), "")
    provisioning = viewer.services.provisioning
    sites, nowhere = await asyncio.gather(
        section(viewer, PERMISSION, lambda: provisioning.placed_at_sites(kind=kind_, state=state_, cursor=cursor)),
        section(viewer, PERMISSION, lambda: provisioning.placed_nowhere(kind=kind_, state=state_)),
    )
    rows = _rows(viewer, sites, kind_, state_)
    unplaced = _placed(nowhere.value, viewer.path("nodes/nowhere"), kind_, state_) if nowhere.ready else None
    here, others = [row for row in rows if row.placed.total], [row for row in rows if not row.placed.total]
    shown = NodesPage(
        sites, here, others, draw([(row.site, bool(row.placed.total)) for row in rows]), nowhere, unplaced, kind_,
        state_, [("", _("All kinds")), *((name, each.title) for name, each in KINDS.items())],
        [("", _("Any status")), *states(*get_args(PlacedState)[1:])()], cursor,
    )  # fmt: skip
    return page(request, shown)


def _rows(
    viewer: Viewer, sites: Section[Page[SiteServices]], kind: PlacedKind, state: PlacedState
) -> Sequence[SiteRow]:  # fmt: skip
    """Sites where services run come first, as in the list that the map's numbers are from."""
    found = sorted(sites.value.items, key=lambda site: not site.counts) if sites.ready else []
    return [
        SiteRow(number, site, place_of(site), _placed(site, viewer.path(f"nodes/sites/{site.key}"), kind, state))
        for number, site in enumerate(found, 1)
    ]


def place_of(site: Site) -> str:
    return _("%(city)s, %(country)s", city=site.city, country=country(site.country))


def _placed(found: PlacedServices, path: str, kind: str, state: str) -> Placed:
    of_state = Counter[str]()
    for each in found.counts:
        of_state[each.state] += each.count
    matching = sum(each.count for each in found.counts if kind in ("", each.kind) and state in ("", each.state))
    total = of_state.total()
    counted = [StateCount(name, _counted(count)) for name, count in of_state.most_common()]
    return Placed(found, total, _counted(total), matching, counted, path)


def _counted(number: int) -> str:
    shown = formats.number(min(number, MOST))
    return _("more than %(number)s", number=shown) if number > MOST else shown


@router.get(PATH + "/sites/{site_key}")
async def site(request: Request, viewer: InWorkspace, site_key: str) -> Response:
    found = await viewer.services.provisioning.site(site_key)
    return await _list(request, viewer, f"nodes/sites/{found.key}", found)


@router.get(PATH + "/nowhere")
async def nowhere(request: Request, viewer: InWorkspace) -> Response:
    return await _list(request, viewer, "nodes/nowhere", None)


async def _list(request: Request, viewer: Viewer, path: str, site: Site | None) -> Response:
    """The services at a site, or at none."""
    state = TableState.of(PLACED, request.query_params, viewer)
    read = viewer.services.provisioning.placed_services
    asked = {**state.filters, "site_id": site.id if site else None}
    found = await section(
        viewer, PERMISSION, lambda: read(**asked, **state.page(), limit=PAGE_SIZE)  # type: ignore[arg-type]
    )  # fmt: skip
    table = TableView(PLACED, state, found, viewer, viewer.path(path))
    title = site.display_name if site else _("At no site")
    return list_page(request, SiteList(table, title, place_of(site) if site else ""))


@router.get("/w/{slug}/services/{service_id}/place")
async def place(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    """The panel of a service's page, or a page of its own without a script."""
    viewer.require(PERMISSION)
    found = await viewer.services.provisioning.placement(service_id)
    where = place_of(found.site) if found.site else ""
    if wants_part(request):
        return part(request, PlacePart(found, where, list(amounts(found.takes))))
    back = viewer.path(f"services/{service_id}")
    return page(request, PlacePage(found, where, list(amounts(found.takes)), back))
