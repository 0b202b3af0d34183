"""Where the people of a workspace get help: from the partner that they buy from, else from the provider, else where the
portal's settings say. The sign-in pages, which know nobody, show the last of these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.identity import Seller
from services.portal.rendering import page
from services.portal.runtime import runtime_of
from services.portal.settings import Settings
from services.portal.viewer import InWorkspace, Section, section

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Helper:
    """Who helps, and how they are reached. ``hours`` are those of whoever runs the portal."""

    name: str
    address: str | None
    phone: str | None
    hours: str | None = None
    postal_lines: Sequence[str] = ()

    @property
    def dialled(self) -> str:
        """The telephone number without what people put between its digits."""
        return re.sub(r"[^+0-9]", "", self.phone or "")


@router.get("/w/{slug}/support")
async def support(request: Request, viewer: InWorkspace) -> Response:
    """How to reach technical support (K10), and what to have ready."""
    identity = viewer.services.identity
    seller = await section(viewer, "session.own", identity.seller)
    contacts = await section(viewer, "contact.list", lambda: identity.contacts(limit=200))
    helper = _helper(seller, runtime_of(request).settings)
    return page(request, "pages/workspace/support.html", helper=helper, contacts=contacts)


def _helper(seller: Section[Seller], settings: Settings) -> Helper:
    if (found := seller.content) is None or found.support_address is None:
        return Helper(settings.brand_name, settings.support_address, settings.support_phone, settings.support_hours)
    hours = settings.support_hours if found.kind == "provider" else None
    return Helper(found.display_name, found.support_address, found.support_phone, hours, found.postal_lines)
