"""Whose row a request is about, seen from the caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.auth.permissions import Level
from tests.authorisation.callers import Caller
from tests.authorisation.entries import Entry, absent
from tests.authorisation.rows import Row
from tests.authorisation.world import World


class Place(StrEnum):
    own = "own"
    other_bill_group = "of another bill group"
    of_colleagues = "of colleagues"
    other_tenant = "of another tenant"
    not_there = "not there"
    unreadable = "in a request that cannot be read"


@dataclass(frozen=True)
class Cell:
    place: Place
    id: str | None


def cells(world: World, entry: Entry, caller: Caller, *, each_tenant: bool) -> Iterator[Cell]:
    """One cell for each place where there is such a row; for other tenants one for each of them, or for the first. The
    row that is not there comes first: the answers about hidden rows are compared with it."""
    if not entry.row:
        yield Cell(Place.own, None)
        return
    rows = world.rows[entry.row]
    yield Cell(Place.not_there, absent(rows[0]))
    seen: set[object] = set()
    shared = {row.id for row in rows if row.workspace_id == world.workspace_id(caller)}
    for row in rows:
        place = place_of(world, caller, row)
        if place == Place.other_tenant and row.id in shared:
            continue
        which = (place, row.workspace_id if place == Place.other_tenant and each_tenant else None)
        if which not in seen:
            seen.add(which)
            yield Cell(place, row.id)


def place_of(world: World, caller: Caller, row: Row) -> Place:
    is_theirs = row.people is None or world.user_id(caller) in row.people
    if row.workspace_id is None:
        return Place.own if is_theirs else Place.other_tenant
    if row.workspace_id != world.workspace_id(caller):
        return Place.other_tenant
    if caller.within == "location" and row.bill_group_id is not None:
        return Place.own if row.location_id == world.location else Place.other_bill_group
    if row.bill_group_id not in (None, world.bill_groups.get(caller.within or "first bill group")):
        return Place.other_bill_group
    return Place.own if is_theirs else Place.of_colleagues


def is_visible(caller: Caller, level: Level | None, place: Place) -> bool:
    """Whether a caller who passes the guard at this level may see rows of this place."""
    if place == Place.of_colleagues:
        return level != "own"
    if place == Place.other_bill_group:
        return not caller.within
    return place == Place.own


def listed(world: World, rows: str, caller: Caller, level: Level | None) -> list[Row]:
    """Those of the rows that a list shows to this caller."""
    return [row for row in world.rows[rows] if is_visible(caller, level, place_of(world, caller, row))]
