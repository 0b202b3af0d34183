"""How many quotes wait for those who price them, and for those who answer offers."""

from services.portal.viewer import Viewer, section

ACCEPT, MANAGE = "quote.accept", "quote.manage"
MOST = 50


async def offers_to_answer(viewer: Viewer) -> int:
    """Of the workspace, no further than `MOST`. 0 for those who do not answer, and while billing does not say."""
    if viewer.workspace.kind != "customer" or not viewer.may(ACCEPT):
        return 0
    read = viewer.services.billing.quotes
    found = await section(viewer, ACCEPT, lambda: read(state="offered", limit=MOST))
    return len(found.content.items) if found.content else 0


async def quotes_to_price(viewer: Viewer) -> int:
    """Of all customers, for the provider's staff. 0 as with `offers_to_answer`."""
    if not viewer.may(MANAGE):
        return 0
    read = viewer.services.billing.all_quotes
    found = await section(viewer, MANAGE, lambda: read(state="requested", limit=MOST))
    return len(found.content.items) if found.content else 0
