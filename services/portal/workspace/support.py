"""Where the people of a workspace get help, whom they ask about products, and what to have ready (K10, I31)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.rendering import page
from services.portal.runtime import runtime_of
from services.portal.viewer import InWorkspace, section
from services.portal.whom_to_ask import helper_of, sales_of
from services.portal.workspace.views import SupportPage

router = APIRouter()


@router.get("/w/{slug}/support")
async def support(request: Request, viewer: InWorkspace) -> Response:
    identity = viewer.services.identity
    seller = await section(viewer, "session.own", identity.seller)
    contacts = await section(viewer, "contact.list", lambda: identity.contacts(limit=200))
    helper = helper_of(seller.content, runtime_of(request).settings)
    return page(request, SupportPage(helper, sales_of(seller.content), contacts))
