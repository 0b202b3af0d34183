"""Who of a customer or partner asked for its account to be closed, for whoever sells to it."""

from services.portal.clients.closings import Closing
from services.portal.clients.customers import Child
from services.portal.viewer import Section, Viewer, section


async def closing_of(viewer: Viewer, child: Child) -> Section[Closing | None]:
    """Read only where somebody has; locked for who sees the day alone."""
    if child.closes_at is None:
        return Section("locked")

    async def read() -> Closing | None:
        return (await viewer.services.identity.closing_below(child.id)).closing

    return await section(viewer, "workspace.suspend", read)
