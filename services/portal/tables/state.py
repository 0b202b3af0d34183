"""What a page's address says of its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from services.portal.tables.filters import Search
from services.portal.tables.table import Sort, Table
from services.portal.viewer import Viewer

CURSOR = 1000
"""Characters of a cursor that services take."""


@dataclass(frozen=True, slots=True)
class TableState:
    """``filters`` has only values that the table knows. ``columns`` are the names of those that were chosen, empty
    where nobody chose."""

    filters: Mapping[str, str]
    sort: Sort | None
    descending: bool
    columns: tuple[str, ...] = ()
    cursor: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the page that are not the table's, such as its tab."""

    @classmethod
    def of(
        cls, table: Table[Any], query: QueryParams, viewer: Viewer, fixed: Mapping[str, str] | None = None
    ) -> "TableState":
        """Unknown filters, sorts and columns count as not given."""
        values = {each.name: each.known(query.get(each.name, "")) for each in table.filters}
        asked = query.get("sort", "")
        sort = table.sort_named(asked.removeprefix("-"))
        descending = asked.startswith("-")
        if sort is None and table.sorts:
            sort, descending = table.sorts[0], table.sorts[0].descending_first
        known = [each.name for each in table.columns_for(viewer) if each.may_hide]
        columns = tuple(name for name in known if name in query.getlist("column"))
        return cls(
            {name: value for name, value in values.items() if value},
            sort, descending, columns, query.get("cursor", "")[:CURSOR], fixed or {},
        )  # fmt: skip

    @property
    def sorted_by(self) -> str:
        """The parameter of the address: the sort's name, with a minus where it descends."""
        return f"{'-' if self.descending else ''}{self.sort.name}" if self.sort else ""

    @property
    def filtered(self) -> bool:
        return bool(self.filters)

    def searched(self, table: Table[Any]) -> str:
        """What was searched for."""
        return next((self.filters.get(each.name, "") for each in table.filters if isinstance(each, Search)), "")

    def asked(self) -> dict[str, Any]:
        """The filters and the sort as parameters of the service's API."""
        sort = {"sort": self.sort.name, "descending": str(self.descending).lower()} if self.sort else {}
        return {**self.filters, **sort}

    def page(self) -> dict[str, Any]:
        """Which page is asked for. All rows are counted with the first one."""
        return {"cursor": self.cursor, "count": not self.cursor}

    def query(self, **changes: Any) -> str:
        """The address's query with changes. Whatever changes, the first page comes first."""
        pairs = [*self.fixed.items(), *self.filters.items(), ("sort", self.sorted_by)]
        values = dict(pairs) | {name: str(value) for name, value in changes.items()}
        named = [(name, value) for name, value in values.items() if value]
        return urlencode(named + [("column", name) for name in self.columns])

    def without_filters(self) -> "TableState":
        return replace(self, filters={}, cursor="")


def shown_columns(table: Table[Any], state: TableState, viewer: Viewer) -> Sequence[Any]:
    """The columns that show: those that cannot be hidden, and the chosen ones."""
    return [
        each
        for each in table.columns_for(viewer)
        if not each.may_hide or (each.name in state.columns if state.columns else each.at_first)
    ]
