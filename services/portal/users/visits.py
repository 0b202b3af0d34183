"""Visits: who of the seller worked here on behalf, for how long, and what they did, one line each (P30)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from services.portal.audit.telling import tell
from services.portal.rendering import page
from services.portal.tables.pages import PAGE_SIZE
from services.portal.users.lists import waiting_requests
from services.portal.users.views import VisitPage, VisitsPage
from services.portal.users.visit_words import line_of
from services.portal.viewer import InWorkspace, Section, section

router = APIRouter()


@router.get("/w/{slug}/users/visits")
async def visits(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    if viewer.workspace.kind == "provider":
        raise HTTPException(404)
    found, waiting = await asyncio.gather(
        section(viewer, "audit.view", lambda: viewer.services.audit.visits(cursor=cursor, limit=PAGE_SIZE)),
        waiting_requests(request, viewer),
    )
    following = found.content.next if found.content else None
    lines = Section(found.state, [line_of(viewer, each) for each in found.content.items] if found.content else None,
                    reference=found.reference)  # fmt: skip
    return page(request, VisitsPage(lines, following, cursor, waiting))


@router.get("/w/{slug}/users/visits/{visit_id}")
async def visit(request: Request, viewer: InWorkspace, visit_id: UUID) -> Response:
    """One visit with what was done."""
    found = await viewer.services.audit.visit(visit_id)
    return page(request, VisitPage(line_of(viewer, found), tell(viewer, found.entries)))
