"""The page of one of the lists about users, with how many requests for access wait beside the tab of theirs."""

import asyncio
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.portal.rendering import wants_part
from services.portal.tables import Table, TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.tables.view import COUNTED
from services.portal.users.views import UserList
from services.portal.viewer import Viewer, section
from shared.language import formats

DECIDE = "access_request.decide"


async def user_list(
    request: Request, viewer: Viewer, table: Table[Any], tab: str, path: str, permission: str, read: Any
) -> Response:
    """``read`` fetches a page of the list."""
    state = TableState.of(table, request.query_params, viewer)
    found, waiting = await asyncio.gather(
        section(viewer, permission, lambda: read(**state.asked(), **state.page(), limit=PAGE_SIZE)),
        waiting_requests(request, viewer),
    )
    shown = TableView(table, state, found, viewer, viewer.path(path))
    return list_page(request, UserList(shown, tab, waiting))


async def waiting_requests(request: Request, viewer: Viewer) -> str:
    """Empty for those who do not decide, for none, and while identity does not say; and for a table alone, which has no
    tabs."""
    if not viewer.may(DECIDE) or wants_part(request):
        return ""
    read = viewer.services.identity.access_requests
    found = await section(viewer, DECIDE, lambda: read(state="pending", count=True, limit=1))
    count = found.content.count if found.content else None
    if not count:
        return ""
    return formats.number(count) if count <= COUNTED else f"{formats.number(COUNTED)}+"
