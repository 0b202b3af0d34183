"""Many locations at once: what would become of each row, and adding them all or none."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.models import BillGroup
from services.provisioning.locations.models import Location
from services.provisioning.locations.schemas import LocationRow, LocationsImported, LocationUpdate
from services.provisioning.locations.service import MOST_LOCATIONS, ONE_NAME, TooManyLocations, told_of
from shared.db import run_sql
from shared.errors import Invalid, Unavailable
from shared.events.provisioning import LocationAdded
from shared.field_errors import field_error, of_pydantic
from shared.one_at_a_time import one_at_a_time
from shared.outbox import cause_of, emit_all

KEYS = "SELECT lower(n.name) FROM unnest($1::text[]) WITH ORDINALITY AS n(name, place) ORDER BY n.place"
"""As the constraint compares names: Python's lower() differs."""
TAKEN = field_error("/display_name", "taken", "is the name of a location that is closed or has other details")


class RowsRefused(Invalid):
    """Some rows cannot be imported, so nothing was. ``errors`` has a JSON pointer to each field, such as
    ``/rows/3/city``."""

    title = "Some rows cannot be imported"


@dataclass(slots=True)
class Row:
    """A row and what became of it."""

    given: LocationRow
    key: str = ""
    """Its name, as names are compared."""
    entry: LocationUpdate | None = None
    """None: not valid."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    there: UUID | None = None
    """The location that is the same."""
    bill_group_id: UUID | None = None
    """Which pays for a new one."""

    @property
    def is_new(self) -> bool:
        return not self.errors and self.there is None

    @property
    def state(self) -> str:
        return "refused" if self.errors else "added" if self.there is None else "there_already"


class Payers:
    """The bill groups of a customer, by name."""

    def __init__(self, groups: Sequence[BillGroup]) -> None:
        self._groups = groups

    def named(self, name: str) -> list[BillGroup]:
        """All of the name, in any case; without a name, the default one."""
        if not name:
            return [group for group in self._groups if group.is_default][:1]
        wanted = unicodedata.normalize("NFC", name).casefold()  # as names are kept
        return [group for group in self._groups if group.display_name.casefold() == wanted]

    def choose(self, row: Row) -> None:
        """Set which one pays for a new location, or say why none does."""
        found = [group for group in self.named(row.given.bill_group) if not group.is_closed]
        if len(found) == 1:
            row.bill_group_id = found[0].id
        elif found:
            row.errors.append(field_error("/bill_group", "ambiguous", "is the name of several open bill groups"))
        else:
            row.errors.append(field_error("/bill_group", "not_offered", "is not an open bill group of this customer"))


async def check_import(session: AsyncSession, workspace_id: UUID, given: Sequence[LocationRow]) -> LocationsImported:
    """What `import_locations` would do with each row, or why it would refuse it. Writes nothing. Raises
    `TooManyLocations` or `Unavailable`."""
    return _result(await _compare(session, workspace_id, given), {})


async def import_locations(
    session: AsyncSession, workspace_id: UUID, given: Sequence[LocationRow]
) -> LocationsImported:
    """Add the location of each row that is not there already, in the workspace's scope; all of them or none. Raises
    `RowsRefused`, `TooManyLocations` or `Unavailable`."""
    await one_at_a_time(session, f"locations of {workspace_id}")  # keeps the count right
    rows = await _compare(session, workspace_id, given)
    _refuse(rows)
    added = await _add(session, workspace_id, [row for row in rows if row.is_new])
    for row in rows:
        if row.is_new and row.key not in added:  # another one was renamed to it a moment ago
            row.errors.append(TAKEN)
    _refuse(rows)
    in_order, cause = [added[row.key] for row in rows if row.is_new], cause_of(session)
    await emit_all(session, [(cause, LocationAdded.model_validate(told_of(each))) for each in in_order])
    return _result(rows, added)


async def _compare(session: AsyncSession, workspace_id: UUID, given: Sequence[LocationRow]) -> list[Row]:
    """Each row beside what is there and the rows before it."""
    groups = (await session.scalars(select(BillGroup).where(BillGroup.workspace_id == workspace_id))).all()
    if not groups:
        raise Unavailable("The customer is being set up. Try again.", retry_after=1)
    payers, rows = Payers(groups), [_valid(each) for each in given]
    names = [row.entry.display_name if row.entry else row.given.display_name for row in rows]
    keys = (await run_sql(session, KEYS, names)).scalars().all()
    known = select(Location.name_key, Location).where(
        Location.workspace_id == workspace_id, Location.name_key.in_(set(keys))
    )
    there = {key: location for key, location in await session.execute(known)}
    seen: set[str] = set()
    for row, key in zip(rows, keys, strict=True):
        row.key = key
        if key and key in seen:
            row.errors.append(field_error("/display_name", "twice", "is the name of an earlier row, too"))
        else:
            _place(row, there.get(key), payers)
        seen.add(key)
    await _check_count(session, workspace_id, sum(row.is_new for row in rows))
    return rows


def _valid(given: LocationRow) -> Row:
    try:
        return Row(given, entry=LocationUpdate.model_validate(given.model_dump(exclude={"bill_group"})))
    except ValidationError as error:
        # Of alternatives, such as an address or nothing, each has an error; the first one says what was meant.
        first = {found["loc"][:1]: found | {"loc": found["loc"][:1]} for found in reversed(error.errors())}
        return Row(given, errors=list(reversed(of_pydantic(first.values()))))


def _place(row: Row, location: Location | None, payers: Payers) -> None:
    """Whether the row's location is there already; else who pays for the new one."""
    if location is None:
        payers.choose(row)
    elif row.entry and _is_same(row.entry, location) and (
        not row.given.bill_group or location.bill_group_id in {each.id for each in payers.named(row.given.bill_group)}
    ):  # fmt: skip
        row.there = location.id
    else:
        row.errors.append(TAKEN)


def _is_same(entry: LocationUpdate, location: Location) -> bool:
    said = ((getattr(entry, name), getattr(location, name)) for name in LocationUpdate.model_fields)
    return location.closed_at is None and all(wanted == found for wanted, found in said)


async def _check_count(session: AsyncSession, workspace_id: UUID, new: int) -> None:
    count = await session.scalar(select(func.count()).where(Location.workspace_id == workspace_id))
    if new and (count or 0) + new > MOST_LOCATIONS:
        raise TooManyLocations(f"A customer has at most {MOST_LOCATIONS:,} locations.")


def _refuse(rows: Sequence[Row]) -> None:
    """Raise `RowsRefused` if something is wrong with any row."""
    errors = [
        error | {"pointer": f"/rows/{place}{error['pointer']}"}
        for place, row in enumerate(rows)
        for error in row.errors
    ]
    if errors:
        raise RowsRefused("Nothing was imported. Correct these rows.", errors=errors)


async def _add(session: AsyncSession, workspace_id: UUID, rows: Iterable[Row]) -> dict[str, Location]:
    """The new locations by key, without those whose name is taken. The same statement for all: a statement for each
    would take a second and more."""
    values = [
        {"id": uuid4(), "workspace_id": workspace_id, "bill_group_id": row.bill_group_id, **row.entry.model_dump()}
        for row in rows
        if row.entry
    ]
    if not values:
        return {}
    new = insert(Location).on_conflict_do_nothing(constraint=ONE_NAME).returning(Location.name_key, Location)
    return {key: location for key, location in await session.execute(new, values)}


def _result(rows: Sequence[Row], added: dict[str, Location]) -> LocationsImported:
    ids = [row.there or (added[row.key].id if row.key in added and not row.errors else None) for row in rows]
    results = [{"state": row.state, "id": id_, "errors": row.errors} for row, id_ in zip(rows, ids, strict=True)]
    states = [row.state for row in rows]
    counts = {state: states.count(state) for state in ("added", "there_already", "refused")}
    return LocationsImported.model_validate({"rows": results, **counts})
