from uuid import UUID

from fastapi import Request, Response

from services.audit.visits import listing
from services.audit.visits.schemas import VisitDetailRead, VisitRead
from shared.auth import CurrentAccess, Router, allow
from shared.errors import NotFound
from shared.pages import Cursor, Limit, Page, json_response
from shared.reads import Reader

router = Router("audit", "visits")


@router.get("", guard=allow("audit.view", own=True), response_model=Page[VisitRead])
async def list_visits(
    request: Request, read: Reader, access: CurrentAccess, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Work on behalf of this workspace that is over, the last one first: who was there, for how long, why, and what
    they did. Admins see all visits, others only their own."""  # (P30, K15)
    own_id = None if access.level == "all" else access.user_id
    found = await listing.page_of_visits(read, request.app.state.runtime.settings.seal_key, own_id, cursor, limit)
    return json_response(found)


@router.get("/{visit_id}", guard=allow("audit.view", own=True), response_model=VisitDetailRead, problems=(NotFound,))
async def get_visit(visit_id: UUID, request: Request, read: Reader, access: CurrentAccess) -> Response:
    """One visit with its entries of the log. Who sees only their own gets no other one."""  # (P30, K15)
    own_id = None if access.level == "all" else access.user_id
    found = await listing.one_visit(read, request.app.state.runtime.settings.seal_key, visit_id, own_id)
    return json_response(found)
