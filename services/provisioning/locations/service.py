"""Locations: adding, changing and closing them, and choosing one for an order."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.models import BillGroup
from services.provisioning.bill_groups.service import BillGroupNotYours
from services.provisioning.locations.models import Location
from services.provisioning.locations.schemas import LocationCreate, LocationUpdate
from shared.db import run_sql
from shared.errors import Conflict, Invalid, NotFound, Unavailable
from shared.events.provisioning import LocationAdded, LocationClosed, LocationUpdated
from shared.field_errors import field_error
from shared.lists import MOST
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit

MOST_LOCATIONS = 20_000
"""Locations of one customer."""

ONE_NAME = "uq_locations_name"
DEPLOYED = f"""
SELECT count(*) FROM (SELECT FROM services s WHERE s.workspace_id = $1 AND s.location_id = $2
    AND s.state <> 'deleted' AND s.version <> -41 LIMIT {MOST + 1}) c
"""  # noqa: S608 - constants


class LocationNameTaken(Conflict):
    """Another location of the customer has this name."""

    title = "There is a location of this name"


class TooManyLocations(Conflict):
    """A customer has at most 20,000 locations."""

    title = "Too many locations"


class LocationClosedAlready(Conflict):
    """A closed location is not changed any more."""

    title = "The location is closed"


class LocationInUse(Conflict):
    """Services are deployed there. ``services`` is how many, up to 1,001, which means more than 1,000. Cancel or move
    them first."""

    title = "Services are deployed there"
    members: ClassVar = {"services": {"type": "integer"}}


class LocationNotYours(Invalid):
    """The order references a location that is not an open one of the workspace, or that the caller may not order for;
    or the caller is limited to locations, and names none."""

    title = "The location cannot be chosen"


async def add_location(session: AsyncSession, workspace_id: UUID, body: LocationCreate) -> Location:
    """Add a location of the workspace, in its scope. Raises `BillGroupNotYours`, `LocationNameTaken`,
    `TooManyLocations`, or `Unavailable` for a customer so new that no bill group is known."""
    await one_at_a_time(session, f"locations of {workspace_id}")  # keeps the count right
    count = await session.scalar(select(func.count()).where(Location.workspace_id == workspace_id))
    if (count or 0) >= MOST_LOCATIONS:
        raise TooManyLocations(f"A customer has at most {MOST_LOCATIONS:,} locations.")
    group = await _choose_group(session, workspace_id, body.bill_group_id)
    values = body.model_dump(exclude={"bill_group_id"})
    new = insert(Location).values(workspace_id=workspace_id, bill_group_id=group.id, **values)
    added = new.on_conflict_do_nothing(constraint=ONE_NAME).returning(Location)
    location = (await session.scalars(added)).one_or_none()
    if location is None:
        raise _taken(body.display_name)
    await emit(session, LocationAdded.model_validate(told_of(location)))
    return location


async def change_location(session: AsyncSession, location_id: UUID, body: LocationUpdate) -> Location:
    """Change what a location is called, where it is, and whom to write to. The same values again say nothing. Raises
    `NotFound`, `LocationClosedAlready` or `LocationNameTaken`."""
    location = await lock_location(session, location_id)
    before = {name: getattr(location, name) for name in LocationUpdate.model_fields}
    if before == (wanted := {name: getattr(body, name) for name in LocationUpdate.model_fields}):
        return location
    try:
        async with session.begin_nested():
            for name, value in wanted.items():
                setattr(location, name, value)
            location.version += 1
            await session.flush()
    except IntegrityError as error:
        if ONE_NAME not in str(error.orig):
            raise
        raise _taken(body.display_name) from None
    await emit(session, LocationUpdated.model_validate(told_of(location)))
    return location


async def close_location(session: AsyncSession, location_id: UUID, now: datetime) -> Location:
    """Close a location where no service is. Its people lose it. Raises `NotFound`, `LocationClosedAlready` or
    `LocationInUse`."""
    location = await lock_location(session, location_id)
    count = (await run_sql(session, DEPLOYED, location.workspace_id, location.id)).scalar_one()
    if count:
        raise LocationInUse(f"Services are deployed at {location.display_name}. Cancel them first.", services=count)
    location.closed_at = now
    location.version += 1
    await session.flush()
    await emit(session, LocationClosed.model_validate(told_of(location)))
    return location


async def lock_location(session: AsyncSession, location_id: UUID) -> Location:
    """An open location, locked. Raises `NotFound` or `LocationClosedAlready`."""
    found = select(Location).where(Location.id == location_id).with_for_update()
    location = await session.scalar(found.execution_options(populate_existing=True))
    if location is None:
        raise NotFound("There is no such location.")
    if location.closed_at is not None:
        raise LocationClosedAlready(f"{location.display_name} is closed.")
    return location


async def find_place(session: AsyncSession, location_id: UUID) -> Location:
    """The open location of an order. It is not closed before the order is stored. Raises `LocationNotYours`."""
    found = select(Location).where(Location.id == location_id).with_for_update(read=True)
    location = await session.scalar(found.execution_options(populate_existing=True))
    if location is None or location.closed_at is not None:
        raise not_yours("is not an open location of this workspace")
    return location


def not_yours(message: str) -> LocationNotYours:
    errors = [field_error("/location_id", "not_offered", message)]
    return LocationNotYours("Choose one of the open locations.", errors=errors)


async def _choose_group(session: AsyncSession, workspace_id: UUID, named: UUID | None) -> BillGroup:
    groups = (await session.scalars(select(BillGroup).where(BillGroup.workspace_id == workspace_id))).all()
    if not groups:
        raise Unavailable("The customer is being set up. Try again.", retry_after=1)
    is_wanted = [group for group in groups if (group.id == named if named else group.is_default)]
    if not is_wanted or is_wanted[0].is_closed:
        errors = [field_error("/bill_group_id", "not_offered", "is not an open bill group of this customer")]
        raise BillGroupNotYours("Choose one of the customer's open bill groups.", errors=errors)
    return is_wanted[0]


def _taken(name: str) -> LocationNameTaken:
    return LocationNameTaken(f"There is a location {name!r} already. Choose another name.")


def told_of(location: Location) -> dict[str, object]:
    """The fields of the events about a location."""
    named = ("workspace_id", "bill_group_id", *LocationUpdate.model_fields)
    return {name: getattr(location, name) for name in named} | {
        "location_id": location.id,
        "subject_version": location.version,
    }
