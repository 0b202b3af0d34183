"""Lists as tables show them: searched, filtered, sorted and counted. A request costs the same however many rows there
are (decision 33): every combination that is answered has an index, and a search finds at most 1,000.

The SQL is composed of constants; the caller's values are always parameters.
"""

# ruff: noqa: S608 - see above
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import GenericAlias
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.auth import Access
from shared.pages import MOST as MOST_OF_A_PAGE
from shared.pages import decode_cursor, encode_cursor, no_such_page
from shared.reads import ScopedReads
from shared.scope import Within

MOST = 1_000
"""Rows that a search finds, and that are counted."""

SEARCH_INDEX = 21
_LAST = "chr(1114111)"
"""Nothing that is searched for follows this character."""


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
    only: str = "true"
    """A condition on the rows ``t`` that are listed."""
    named: str = "t.version <> -{}"
    """A condition that is always true. Each index of a sort says it of a number of its own, and so does the statement
    that the index is for: PostgreSQL, which plans once for all values and tenants, has no other one to choose. The
    first sort has 1 without filters, 2 with them, and 3 and 4 of bill groups, the second one 5 to 8; a search of the
    same table has 21, and 23 of bill groups."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a list."""

    query: ListQuery
    sort: str
    filters: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    """Values by column; None: all."""
    groups: Sequence[UUID] | None = None
    """Only rows of these bill groups."""
    conditions: Sequence[tuple[str, object]] = ()
    """More of them on a row ``t``, each with the value of its ``{}``."""

    @property
    def q(self) -> str | None:
        return (self.query.q or None) if isinstance(self.query, TableQuery) else None


def groups_of(access: Access) -> list[UUID] | None:
    """The bill groups that the caller's rights are limited to; None: everything. Row security alone would leave out the
    rows of others one by one: a visitor with few rows would wait for all of the workspace's to be read."""
    return sorted(access.scope.bill_groups) if isinstance(access.scope, Within) else None


async def fetch_list(
    read: ScopedReads, listing: Listing, wanted: Wanted, shown: str
) -> tuple[list[Any], dict[str, Any]]:
    """The rows of a page, and what else the page says. ``shown`` selects from ``{rows}`` as ``t``, among others the
    columns of the sort and of the ties. Raises `Invalid` for a cursor of another list or order."""
    statement, limit = _Statement(read.access.workspace_id, listing, wanted), wanted.query.limit
    page = f"{shown.format(rows=statement.page(limit + 1))} ORDER BY {statement.order('t')}"
    rows = await read.fetch(page, *statement.values)
    following = statement.cursor(rows[limit - 1]) if len(rows) > limit else None
    return rows[:limit], {"next": following, "count": await _count(read, listing, wanted)}


async def _count(read: ScopedReads, listing: Listing, wanted: Wanted) -> int | None:
    if not wanted.query.count:
        return None
    statement = _Statement(read.access.workspace_id, listing, wanted)
    row = await read.fetchrow(statement.counted(), *statement.values)
    return int(row["count"])


class _Statement:
    """Composes SQL. Each value becomes a numbered parameter."""

    def __init__(self, workspace_id: UUID, listing: Listing, wanted: Wanted) -> None:
        self.listing, self.wanted, self.sort = listing, wanted, listing.sorts[wanted.sort]
        asked = wanted.query.descending if isinstance(wanted.query, TableQuery) else None
        self.descending = self.sort.descending if asked is None else asked
        self.order_name = f"{'-' if self.descending else ''}{wanted.sort}"
        self.values: list[object] = [workspace_id]

    def cursor(self, row: Any) -> str:
        """Of the page after a row."""
        return encode_cursor(self.order_name, *(row[column] for column in (self.sort.column, *self.listing.ties)))

    def _after(self, cursor: str) -> str:
        """The condition on the rows after a cursor."""
        ties = self.listing.ties
        shapes = [str, self.sort.shape, *(UUID if sql == "uuid" else str for sql in ties.values())]
        shape: Any = GenericAlias(tuple, tuple(shapes))
        position: Sequence[Any] = decode_cursor(cursor, shape)
        order_name, value, *others = position
        if order_name != self.order_name:
            raise no_such_page()
        values = [self.sort.key.format(f"{self.value(value)}::{self.sort.sql}")]
        values += [f"{self.value(other)}::{sql}" for other, sql in zip(others, ties.values(), strict=True)]
        return f"({', '.join(self._columns('t'))}) {'<' if self.descending else '>'} ({', '.join(values)})"

    def value(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def order(self, alias: str) -> str:
        return ", ".join(f"{column} DESC" if self.descending else column for column in self._columns(alias))

    def _columns(self, alias: str) -> list[str]:
        """What the order compares."""
        ties = [f"{alias}.{tie}" for tie in self.listing.ties]
        return [self.sort.key.format(f"{alias}.{self.sort.column}"), *ties]

    def page(self, limit: int) -> str:
        """The rows of the page."""
        cursor = self.wanted.query.cursor
        conditions = self._conditions() + ([self._after(cursor)] if cursor else [])
        ordered, most = f" ORDER BY {self.order('t')} LIMIT {MOST_OF_A_PAGE + 1}", self.value(limit)
        if self.wanted.q:
            return f"SELECT * FROM ({self._searched(conditions)}{ordered}) t LIMIT {most}"
        inner = f"SELECT * FROM (SELECT t.* FROM {{}}{ordered}) t LIMIT {most}"
        rows = self._each(self.listing.table, self._ranges(), [*conditions, self._index()], inner)
        return f"SELECT r.* FROM ({rows}) r ORDER BY {self.order('r')} LIMIT {most}"

    def counted(self) -> str:
        """The number of all rows."""
        if self.wanted.q:
            found = f"SELECT count(*) FROM ({self._found(MOST + 1)}) f"
            matching = f"SELECT count(*) FROM ({self._searched(self._conditions())}) m"
            return f"SELECT CASE WHEN ({found}) > {MOST} THEN {MOST + 1} ELSE ({matching}) END AS count"
        # The order makes the planner read an index, not the whole table.
        inner = f"SELECT 1 FROM {{}} ORDER BY {self.order('t')} LIMIT {MOST + 1}"
        rows = self._each(self.listing.table, self._ranges(), [*self._conditions(), self._index()], inner)
        return f"SELECT count(*) AS count FROM (SELECT 1 FROM ({rows}) r LIMIT {MOST + 1}) c"

    def _conditions(self) -> list[str]:
        return [self.listing.only, *(text.format(self.value(value)) for text, value in self.wanted.conditions)]

    @property
    def _filters(self) -> dict[str, Sequence[str]]:
        """The values of each column that are gone through; empty for all rows."""
        asked = {column: values for column, values in self.wanted.filters.items() if values is not None}
        every = self.listing.filters if asked or self.sort.by_every_filter else {}
        return {column: asked.get(column, values) for column, values in every.items()}

    def _index(self) -> str:
        """The condition that names the index."""
        number = 4 * list(self.listing.sorts).index(self.wanted.sort) + 1
        number += bool(self._filters) + 2 * (self.wanted.groups is not None)
        return self.listing.named.format(number)

    def _ranges(self) -> Iterator[tuple[str, str, Sequence[object]]]:
        """Columns with their types and the values that are gone through."""
        if self.wanted.groups is not None:
            yield "bill_group_id", "uuid", self.wanted.groups
        for column, values in self._filters.items():
            yield column, "text", values

    def _each(
        self, table: str, ranges: Iterator[tuple[str, str, Sequence[object]]], conditions: Sequence[str], select: str
    ) -> str:
        """What ``select`` selects from ``{}``, rows ``t`` of a table, for each combination of values: a part of an
        index for each."""
        where, lists = ["t.workspace_id = $1"], []
        for column, sql, values in ranges:
            if len(values) == 1:
                where.append(f"t.{column} = {self.value(values[0])}")
            else:
                lists.append(f"unnest({self.value(list(values))}::{sql}[]) AS of_{column}(value)")
                where.append(f"t.{column} = of_{column}.value")
        one = select.format(f"{table} t WHERE {' AND '.join([*where, *conditions])}")
        return f"SELECT each.* FROM {' CROSS JOIN '.join(lists)} CROSS JOIN LATERAL ({one}) each" if lists else one

    def _searched(self, conditions: Sequence[str]) -> str:
        """The rows that the search finds, one by one, of which few are left."""
        conditions = [*conditions, "t.workspace_id = $1"]
        conditions += [
            f"t.{column} = ANY ({self.value(list(values))}::text[])"
            for column, values in self.wanted.filters.items()
            if values is not None
        ]
        row = f"SELECT * FROM {self.listing.table} o WHERE o.id = f.id OFFSET 0"
        return f"SELECT t.* FROM ({self._found(MOST)}) f CROSS JOIN LATERAL ({row}) t WHERE {' AND '.join(conditions)}"

    def _found(self, most: int) -> str:
        """The ids of the first rows that the search finds."""
        search, groups = self.listing.search, self.wanted.groups
        assert search is not None
        begins = ["s.start <> ''", f"t.{search.text} >= s.start", f"t.{search.text} < s.beyond"]
        if search.repeats:
            begins.append("t.shared < length(s.start)")
        if search.table == self.listing.table:
            begins.append(self.listing.named.format(SEARCH_INDEX if groups is None else SEARCH_INDEX + 2))
        order = " DESC" if search.descending else ""
        select = f"SELECT t.{search.row_id} AS id FROM {{}} ORDER BY t.{search.text}{order} LIMIT {most}"
        ranges = iter([("bill_group_id", "uuid", groups)] if groups is not None else [])
        ids = self._each(search.table, ranges, begins, select)
        start = f"SELECT {search.prepared.format(f'{self.value(self.wanted.q)}::text')} AS start OFFSET 0"
        # Beyond is computed here: row security keeps an index from being read to where a function with a column says.
        bounds = f"SELECT start, start || {_LAST} AS beyond FROM ({start}) s OFFSET 0"
        return f"SELECT f.id FROM ({bounds}) s CROSS JOIN LATERAL ({ids}) f LIMIT {most}"
