"""The statement of a list. It is composed of constants; the caller's values are always parameters."""

# ruff: noqa: S608 - see above
from collections.abc import Iterator, Sequence
from types import GenericAlias
from typing import Any
from uuid import UUID

from shared.lists.asked import MOST, Listing, Part, TableQuery, Wanted
from shared.pages import MOST as MOST_OF_A_PAGE
from shared.pages import decode_cursor, encode_cursor, no_such_page

SEARCH_INDEX = 21
_LAST = "chr(1114111)"
"""Nothing that is searched for follows this character."""


class Statement:
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
        rows = self._each_part(conditions, inner)
        return f"SELECT r.* FROM ({rows}) r ORDER BY {self.order('r')} LIMIT {most}"

    def counted(self) -> str:
        """The number of all rows."""
        if self.wanted.q:
            found = f"SELECT count(*) FROM ({self._found(MOST + 1)}) f"
            matching = f"SELECT count(*) FROM ({self._searched(self._conditions())}) m"
            return f"SELECT CASE WHEN ({found}) > {MOST} THEN {MOST + 1} ELSE ({matching}) END AS count"
        # The order makes the planner read an index, not the whole table.
        inner = f"SELECT 1 FROM {{}} ORDER BY {self.order('t')} LIMIT {MOST + 1}"
        rows = self._each_part(self._conditions(), inner)
        return f"SELECT count(*) AS count FROM (SELECT 1 FROM ({rows}) r LIMIT {MOST + 1}) c"

    def _each_part(self, conditions: Sequence[str], select: str) -> str:
        """What ``select`` selects from the rows of all parts, each row once."""
        table = self.listing.table
        selected = []
        for part in self._parts:
            where = [*conditions, self._index(part), *self._not_before(part)]
            selected.append(f"({self._each(table, self._ranges(part), where, select)})")
        return " UNION ALL ".join(selected)

    @property
    def _parts(self) -> Sequence[Part | None]:
        """None stands for all rows."""
        return [None] if self.wanted.parts is None else self.wanted.parts

    def _not_before(self, part: Part | None) -> list[str]:
        """The conditions that leave out rows of the parts before this one."""
        others = [] if part is None else self._parts[: self._parts.index(part)]
        return [f"(t.{o.column} = ANY ({self.value(list(o.ids))}::uuid[])) IS NOT TRUE" for o in others if o]

    def _conditions(self) -> list[str]:
        return [self.listing.only, *(text.format(self.value(value)) for text, value in self.wanted.conditions)]

    @property
    def _filters(self) -> dict[str, Sequence[str]]:
        """The values of each column that are gone through; empty for all rows."""
        asked = {column: values for column, values in self.wanted.filters.items() if values is not None}
        every = self.listing.filters if asked or self.sort.by_every_filter else {}
        return {column: asked.get(column, values) for column, values in every.items()}

    def _index(self, part: Part | None) -> str:
        """The condition that names the index."""
        number = 4 * list(self.listing.sorts).index(self.wanted.sort) + 1
        number += bool(self._filters) + (part.number if part else 0)
        return self.listing.named.format(number)

    def _ranges(self, part: Part | None) -> Iterator[tuple[str, str, Sequence[object]]]:
        """Columns with their types and the values that are gone through."""
        if part is not None:
            yield part.column, "uuid", part.ids
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
        row = f"SELECT * FROM {self.listing.table} o WHERE o.{self.listing.row_id} = f.id OFFSET 0"
        return f"SELECT t.* FROM ({self._found(MOST)}) f CROSS JOIN LATERAL ({row}) t WHERE {' AND '.join(conditions)}"

    def _found(self, most: int) -> str:
        """The ids of the first rows that the search finds."""
        search = self.listing.search
        assert search is not None
        begins = ["s.start <> ''", f"t.{search.text} >= s.start", f"t.{search.text} < s.beyond"]
        if search.repeats:
            begins.append("t.shared < length(s.start)")
        order = " DESC" if search.descending else ""
        select = f"SELECT t.{search.row_id} AS id FROM {{}} ORDER BY t.{search.text}{order} LIMIT {most}"
        parts = []
        for part in self._parts:
            where = [*begins, *self._not_before(part)]
            if search.table == self.listing.table:
                where.append(self.listing.named.format(SEARCH_INDEX + (part.number if part else 0)))
            ranges = iter([(part.column, "uuid", part.ids)] if part else [])
            parts.append(f"({self._each(search.table, ranges, where, select)})")
        ids = " UNION ALL ".join(parts)
        start = f"SELECT {search.prepared.format(f'{self.value(self.wanted.q)}::text')} AS start OFFSET 0"
        # Beyond is computed here: row security keeps an index from being read to where a function with a column says.
        bounds = f"SELECT start, start || {_LAST} AS beyond FROM ({start}) s OFFSET 0"
        return f"SELECT f.id FROM ({bounds}) s CROSS JOIN LATERAL ({ids}) f LIMIT {most}"
