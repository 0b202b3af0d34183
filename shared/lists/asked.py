"""What a list is of, and what is asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.auth import Access
from shared.pages import MOST as MOST_OF_A_PAGE
from shared.scope import Within

MOST = 1_000
"""Rows that a search finds, and that are counted."""


class ListQuery(BaseModel):
    """What every list of a table is asked with."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    count: bool = False
    """Also count what matches, up to 1,001, which means more than 1,000."""
    cursor: str | None = Field(None, max_length=1000)
    """``next`` of the page before."""
    limit: int = Field(50, ge=1, le=MOST_OF_A_PAGE)


class TableQuery(ListQuery):
    """A list that can be searched and sorted."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None = None
    """Find what begins so. If more than 1,000 do, the list is of 1,000 of them and ``count`` is 1,001, whatever the
    filters: a longer text finds the others."""
    descending: bool | None = None
    """By default the newest or the largest comes first, and names begin with A."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list, by a column of the SQL type ``sql``; cursors hold its values as ``shape``. ``key`` is what is
    compared, of a column or a parameter."""

    column: str
    sql: str
    shape: Any
    descending: bool = False
    key: str = "{}"
    by_every_filter: bool = False
    """Its index begins with the columns of the filters: where none is asked for, each value is gone through."""


@dataclass(frozen=True, slots=True)
class Search:
    """Where a list is searched: the rows of ``table`` whose ``text`` begins with what is searched for, ``prepared``
    alike. They name a row of the list by ``row_id``."""

    table: str
    row_id: str
    text: str
    prepared: str
    descending: bool = False
    repeats: bool = False
    """Several rows may name the same one of the list; ``shared`` says with how many characters the one before begins in
    the same way."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of rows of ``table``. Its sorts are made total by the columns ``ties``, given with their SQL type."""

    table: str
    sorts: Mapping[str, Sort]
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Columns of text that it is filtered by, each with all values that it can have."""
    search: Search | None = None
    ties: Mapping[str, str] = field(default_factory=lambda: {"id": "uuid"})
    row_id: str = "id"
    """The column of the rows' ids."""
    only: str = "true"
    """A condition on the rows ``t`` that are listed."""
    named: str = "t.version <> -{}"
    """A condition that is always true. Each index of a sort says it of a number of its own, and so does the statement
    that the index is for: PostgreSQL, which plans once for all values and tenants, has no other one to choose. The
    first sort has 1 without filters, 2 with them, 3 and 4 of bill groups, and 41 and 42 of locations; the second one 5
    to 8, 45 and 46. A search of the same table has 21, 23 of bill groups, and 61 of locations."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a list, of these bill groups or locations."""

    column: Literal["bill_group_id", "location_id"]
    ids: Sequence[UUID]

    @property
    def number(self) -> int:
        """What is added to the number of an index."""
        return 2 if self.column == "bill_group_id" else 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a list."""

    query: ListQuery
    sort: str
    filters: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    """Values by column; None: all."""
    parts: Sequence[Part] | None = None
    """Only rows of these bill groups and locations."""
    conditions: Sequence[tuple[str, object]] = ()
    """More of them on a row ``t``, each with the value of its ``{}``."""

    @property
    def q(self) -> str | None:
        return (self.query.q or None) if isinstance(self.query, TableQuery) else None


def within_groups(access: Access, bill_group_id: UUID | None) -> Sequence[Part] | None:
    """What a list of rows of bill groups is limited to: to the one that is asked for, else to those that the caller's
    rights cover; None: everything. Row security alone would leave out the rows of others one by one: a visitor with few
    rows would wait for all of the workspace's to be read."""
    if bill_group_id:
        return [Part("bill_group_id", [bill_group_id])]
    return [Part("bill_group_id", sorted(access.scope.bill_groups))] if isinstance(access.scope, Within) else None


def within(
    access: Access, *, bill_group_id: UUID | None = None, location_id: UUID | None = None
) -> Sequence[Part] | None:
    """The same of rows of bill groups and of locations."""
    if location_id:
        return [Part("location_id", [location_id])]
    groups = within_groups(access, bill_group_id)
    if bill_group_id or groups is None or not (isinstance(access.scope, Within) and access.scope.locations):
        return groups
    at = Part("location_id", sorted(access.scope.locations))
    return [*groups, at] if access.scope.bill_groups else [at]
