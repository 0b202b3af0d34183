"""Where one is signed in, and signing out there. The pages belong to the person, not to a workspace."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.http import Page
from services.portal.clients.identity import BrowserSession
from services.portal.rendering import see_other
from services.portal.sessions.table import SESSIONS
from services.portal.sessions.views import SessionList
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import list_page
from services.portal.viewer import SignedIn, Viewer, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/sessions")
async def sessions(request: Request, viewer: SignedIn) -> Response:
    found = await section(viewer, "session.own", lambda: _sessions(viewer))
    table = TableView(SESSIONS, TableState.of(SESSIONS, request.query_params, viewer), found, viewer, "/sessions")
    return list_page(request, SessionList(table))


async def _sessions(viewer: Viewer) -> Page[BrowserSession]:
    """This browser first."""
    found = await viewer.services.identity.sessions()
    return Page(items=sorted(found, key=lambda session: not session.is_current))


@router.post("/sessions/{session_id}/revoke")
async def sign_one_out(request: Request, viewer: SignedIn, session_id: UUID) -> Response:
    browser = browser_of(request)
    try:
        await viewer.services.identity.end_one(session_id)
    except Refused as refusal:
        if refusal.status != 404:
            raise
        browser.say(_("That browser is signed out already."))
    else:
        browser.say(_("That browser is signed out."))
    return see_other("/sessions")


@router.post("/sessions/revoke-others")
async def sign_others_out(request: Request, viewer: SignedIn) -> Response:
    await viewer.services.identity.end_others()
    browser_of(request).say(_("All other browsers are signed out."))
    return see_other("/sessions")
