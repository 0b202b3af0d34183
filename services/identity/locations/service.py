"""The copy of provisioning's locations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.locations.models import Location
from shared.errors import NotFound
from shared.events.provisioning import LocationAdded, LocationClosed, LocationEvent
from shared.waking import wake

_KEPT = ("display_name", "contact_name", "contact_address")


async def copy_location(session: AsyncSession, event: LocationEvent) -> None:
    """Store the newest state of a location, with events in any order."""
    kept = {name: getattr(event, name) for name in _KEPT}
    to_settle = not isinstance(event, LocationAdded)
    seen = insert(Location).values(
        location_id=event.location_id,
        workspace_id=event.workspace_id,
        bill_group_id=event.bill_group_id,
        is_closed=isinstance(event, LocationClosed),
        version=event.subject_version,
        to_settle=to_settle,
        **kept,
    )
    changed = {name: seen.excluded[name] for name in (*_KEPT, "is_closed", "version", "to_settle")}
    newer = Location.version < seen.excluded.version
    await session.execute(seen.on_conflict_do_update(index_elements=["location_id"], set_=changed, where=newer))
    if to_settle:
        await wake(session, Location.__tablename__)


def no_such_location() -> NotFound:
    """The same for every location that the caller may not see, whosever it is."""
    return NotFound("There is no such open location.")


async def open_locations(session: AsyncSession, workspace_id: UUID, ids: Sequence[UUID]) -> list[Location]:
    """These locations of a workspace, by name, without those that are closed or of others. Requires its scope."""
    asked = select(Location).where(Location.id.in_(ids), Location.workspace_id == workspace_id, ~Location.is_closed)
    found = await session.scalars(asked.order_by(Location.display_name).execution_options(populate_existing=True))
    return list(found)


async def find_location(session: AsyncSession, workspace_id: UUID, location_id: UUID) -> Location:
    """An open location of a workspace. Requires its scope. Raises `NotFound`."""
    found = await open_locations(session, workspace_id, [location_id])
    if not found:
        raise no_such_location()
    return found[0]
