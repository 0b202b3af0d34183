"""How many requests for access wait for an answer, beside the tab of their list."""

from services.portal.tables.view import COUNTED
from services.portal.viewer import Viewer, section
from shared.language import formats

WAITING = "access_request.decide"


async def waiting_requests(viewer: Viewer) -> str:
    """Empty for those who do not decide, for none, and while identity does not say."""
    if not viewer.may(WAITING):
        return ""
    read = viewer.services.identity.access_requests
    found = await section(viewer, WAITING, lambda: read(state="pending", count=True, limit=1))
    count = found.content.count if found.content else None
    if not count:
        return ""
    return formats.number(count) if count <= COUNTED else f"{formats.number(COUNTED)}+"
