from fastapi import Response

from services.identity.workspaces.schemas import SellerRead, WorkspaceRead
from shared.auth import Router, allow
from shared.pages import json_response
from shared.reads import Reader

router = Router("identity", "workspaces")

# Hot reads.
CURRENT = (
    "SELECT workspace_id::text AS id, slug, kind, display_name, account_number FROM workspaces WHERE workspace_id = $1"
)
SELLER = (
    "SELECT kind, display_name, support_address, support_phone, postal_lines, support_hours, emergency_phone, help_url,"
    " status_url, sales_name, sales_address, sales_phone FROM seller_of_scope()"
)


@router.get("/current", guard=allow("session.own"), response_model=WorkspaceRead)
async def get_current_workspace(read: Reader) -> Response:
    """The acting workspace of the caller's session."""  # (K29)
    row = await read.fetchrow(CURRENT, read.access.workspace_id)
    return json_response(dict(row.items()))


@router.get("/seller", guard=allow("session.own"), response_model=SellerRead)
async def get_seller(read: Reader) -> Response:
    """Whoever the acting workspace turns to for help: the partner that it buys from, if the partner has a support
    address, else the provider. The provider's own people turn to the provider."""  # (K10)
    row = await read.fetchrow(SELLER)
    return json_response(dict(row.items()))
