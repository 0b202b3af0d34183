"""Hot reads of a customer's locations."""

from typing import Any
from uuid import UUID

from services.provisioning.locations.schemas import LocationsQuery
from services.provisioning.locations.service import DEPLOYED
from shared.errors import NotFound
from shared.lists import Listing, Search, Sort, Wanted, fetch_list, within
from shared.reads import ScopedReads

COLUMNS = f"""
t.location_id::text AS id, t.location_id, t.bill_group_id::text, t.display_name, t.street, t.postal_code, t.city,
t.country, t.contact_name, t.contact_address, t.state,
coalesce((SELECT g.display_name FROM bill_groups g WHERE g.id = t.bill_group_id), '') AS bill_group_name,
({DEPLOYED.replace("$1", "t.workspace_id").replace("$2", "t.location_id")}) AS services
"""  # noqa: S608 - constants
SHOWN = f"SELECT {COLUMNS} FROM ({{rows}}) t"  # noqa: S608 - constants
ONE = f"SELECT {COLUMNS} FROM locations t WHERE t.workspace_id = $1 AND t.location_id = $2"  # noqa: S608 - constants
LOCATIONS = Listing(
    table="locations",
    sorts={"name": Sort("display_name", "text", str, key="{} COLLATE names")},
    filters={"state": ("open", "closed")},
    search=Search("location_words", "location_id", "word", "search_text({})", repeats=True),
    ties={"location_id": "uuid"},
    row_id="location_id",
)
BRIEF = """
(SELECT json_build_object('id', l.location_id, 'display_name', l.display_name) FROM locations l
  WHERE l.location_id = {of}.location_id) AS location
"""
"""A column with the shape of `LocationName`, of a row with a ``location_id``; null without one."""


async def list_locations(read: ScopedReads, query: LocationsQuery) -> dict[str, Any]:
    """A page of the locations by name."""
    parts = within(read.access, bill_group_id=query.bill_group_id)
    wanted = Wanted(query, query.sort, {"state": query.state and [query.state]}, parts)
    rows, about = await fetch_list(read, LOCATIONS, wanted, SHOWN)
    return {"items": [_described(row) for row in rows], **about}


async def read_location(read: ScopedReads, location_id: UUID) -> dict[str, Any]:
    """A location in the shape of `LocationRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, location_id)
    if row is None:
        raise NotFound("There is no such location.")
    return _described(row)


def _described(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "location_id"}
