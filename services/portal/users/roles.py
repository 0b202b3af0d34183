"""What each role may do, by subject, from the permission table (P23)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.permissions import rows_of
from services.portal.rendering import page
from services.portal.users.views import RolesPage
from services.portal.viewer import InWorkspace
from services.portal.vocabulary import INVITED_ROLES, LINK_ROLES

router = APIRouter()

KINDS = ("customer", "partner", "provider")


@router.get("/w/{slug}/roles")
async def what_roles_may(request: Request, viewer: InWorkspace, of: str = "") -> Response:
    """Of this workspace, or of a customer or partner below it: ``of`` is its kind."""
    own = viewer.workspace.kind
    below = KINDS[: KINDS.index(own)]
    kind = of if of in below else own
    roles = LINK_ROLES if kind != own else INVITED_ROLES
    return page(request, RolesPage(kind, roles, rows_of(kind, roles), below))
