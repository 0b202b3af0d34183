"""Who of this workspace may enter which customer or partner, and who is in one now: for its admins, who end both."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.customers.account_paths import Base
from services.portal.rendering import see_other
from services.portal.tables import TableState, TableView
from services.portal.tables.bulk import each_chosen, say_outcome
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section
from services.portal.who_may_enter.table import WHO_MAY_ENTER
from services.portal.who_may_enter.views import WhoMayEnter
from shared.language import gettext as _
from shared.language import ngettext

router = APIRouter()

PATH = "/{base}/{slug}/links"
MAY = "customer.link_user"


@router.get(PATH)
async def who_may_enter(request: Request, viewer: InWorkspace, base: Base) -> Response:
    viewer.require(MAY)
    identity = viewer.services.identity
    state = TableState.of(WHO_MAY_ENTER, request.query_params, viewer)
    found, inside = await asyncio.gather(
        section(viewer, MAY, lambda: identity.all_links(**state.asked(), **state.page(), limit=PAGE_SIZE)),
        section(viewer, MAY, identity.visits_below),
    )
    table = TableView(WHO_MAY_ENTER, state, found, viewer, _path(viewer, base))
    return list_page(request, WhoMayEnter(table, inside, _path(viewer, base)))


@router.post(PATH + "/chosen/end")
async def end_chosen(request: Request, viewer: InWorkspace, base: Base) -> Response:
    """Ends each of the chosen links at once, also while their people work there (D14)."""
    outcome = await each_chosen(request, lambda link_id, key: viewer.services.identity.unlink(link_id))
    done = ngettext("%(num)s link is ended.", "%(num)s links are ended.", outcome.done)
    say_outcome(request, outcome, done)
    return see_other(_path(viewer, base))


@router.post(PATH + "/{link_id}/end")
async def end_link(request: Request, viewer: InWorkspace, base: Base, link_id: UUID) -> Response:
    await viewer.services.identity.unlink(link_id)
    browser_of(request).say(_("The link is ended."))
    return see_other(_path(viewer, base))


@router.post(PATH + "/visits/{visit_id}/end")
async def end_visit(request: Request, viewer: InWorkspace, base: Base, visit_id: UUID) -> Response:
    """Takes effect at once. The link stays."""
    await viewer.services.identity.end_visit_below(visit_id)
    browser_of(request).say(_("The visit is ended."))
    return see_other(_path(viewer, base))


def _path(viewer: InWorkspace, base: str) -> str:
    return PATH.format(base=base, slug=viewer.workspace.slug)
