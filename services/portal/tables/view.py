"""What is shown of a table at a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from markupsafe import Markup, escape

from services.portal.clients.http import Page
from services.portal.tables.filters import Filter
from services.portal.tables.state import TableState, shown_columns
from services.portal.tables.table import Bulk, Cell, Column, Empty, Sort, Table
from services.portal.viewer import Section, Viewer
from shared.language import formats, gettext, ngettext

Row = TypeVar("Row")

COUNTED = 1000
"""Services count to one more."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading. ``href`` sorts by it; ``order`` is what aria-sort says."""

    title: str
    look: str
    href: str = ""
    order: str = ""
    arrow: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    name: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class TableView(Generic[Row]):
    """A table with the rows of a page, for one viewer. ``path`` is the page's, without its query."""

    table: Table[Row]
    state: TableState
    section: Section[Page[Row]]
    viewer: Viewer
    path: str
    note: str = ""
    """What else is said beside the number of rows."""

    @property
    def id(self) -> str:
        return self.table.id

    @property
    def filters(self) -> Sequence[Filter]:
        return self.table.filters

    @property
    def rows(self) -> Sequence[Row]:
        return self.section.content.items if self.section.content else ()

    @property
    def columns(self) -> Sequence[Column[Row]]:
        return shown_columns(self.table, self.state, self.viewer)

    @property
    def bulk(self) -> Sequence[Bulk]:
        """What can be done with chosen rows; nothing where none can be chosen."""
        found = self.table.bulk_for(self.viewer)
        return found if found and any(self.table.may_choose(row, self.viewer) for row in self.rows) else ()

    def at(self, **changes: Any) -> str:
        query = self.state.query(**changes)
        return f"{self.path}?{query}" if query else self.path

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(each) for each in self.columns]

    def _heading(self, column: Column[Row]) -> Heading:
        title = gettext(column.title)
        sort = self.table.sort_named(column.sort) if column.sort else None
        if sort is None:
            return Heading(title, column.look)
        on = sort == self.state.sort
        descending = not self.state.descending if on else sort.descending_first
        order = ("descending" if self.state.descending else "ascending") if on else "none"
        down = self.state.descending if on else sort.descending_first
        href = self.at(sort=f"{'-' if descending else ''}{sort.name}")
        return Heading(title, f"{column.look} on" if on else column.look, href, order, "↓" if down else "↑")

    @property
    def body(self) -> Markup:
        """The rows. The first column names them."""
        first, *others = self.columns
        cells = [('<th scope="row" role="rowheader" class="first">', first.cell, "</th>")]
        cells += [(_opening(each), each.cell, "</td>") for each in others]
        if self.table.actions:
            cells.append(('<td role="cell" class="act">', self.table.actions, "</td>"))
        choose = self._choosing() if self.bulk else None
        made = []
        for row in self.rows:
            made.append(f'<tr role="row" data-row="{escape(self.table.row_id(row))}">')
            made.append(choose(row) if choose else "")
            shown, instead = cells, self.table.instead(row, self.viewer)
            if instead is not None:
                shown = [
                    cells[0],
                    (f'<td role="cell" class="hidden-cells" colspan="{len(others)}">', _said(instead), "</td>"),
                ]
                shown += cells[1 + len(others) :]
            made += [f"{start}{escape(cell(row, self.viewer))}{end}" for start, cell, end in shown]
            made.append("</tr>")
        return Markup("".join(made))  # noqa: S704 - every cell is escaped

    def _choosing(self) -> Callable[[Row], Markup]:
        """The cell with which a row is chosen, for the form of the table's bulk actions."""
        template = Markup(
            '<td role="cell" class="choose"><input class="form-check-input" type="checkbox" name="chosen" '
            'form="bulk-{}" value="{}" aria-label="{}"></td>'
        )
        none = Markup('<td role="cell" class="choose"></td>')
        label = gettext("Choose this row")

        def cell(row: Any) -> Markup:
            return template.format(self.id, row.id, label) if self.table.may_choose(row, self.viewer) else none

        return cell

    @property
    def export_filters(self) -> dict[str, Any]:
        """The filters and the sort as an export of the list takes them."""
        group = self.state.fixed.get("group")
        return {**self.state.asked(), **({"bill_group_id": group} if group else {}), **self.table.export_of}

    @property
    def sort_options(self) -> list[tuple[str, str]]:
        """Every order, for a select where headings do not show."""
        return [pair for sort in self.table.sorts for pair in _both_ways(sort)]

    @property
    def column_choices(self) -> list[ColumnChoice]:
        shown = {each.name for each in self.columns}
        may = [each for each in self.table.columns_for(self.viewer) if each.may_hide]
        return [ColumnChoice(each.name, gettext(each.title), each.name in shown) for each in may]

    @property
    def counted(self) -> str:
        """How many rows there are, as far as that is known."""
        page = self.section.content
        assert page is not None
        shown = len(page.items)
        count: int | None = getattr(page, "count", None)
        if count is None or (count == shown and page.next is None and not self.state.cursor):
            return ngettext("%(shown)s shown", "%(shown)s shown", shown, shown=formats.number(shown))
        if count > COUNTED:
            return gettext(
                "%(shown)s of more than %(count)s", shown=formats.number(shown), count=formats.number(COUNTED)
            )
        return gettext("%(shown)s of %(count)s", shown=formats.number(shown), count=formats.number(count))

    @property
    def without_filters(self) -> str:
        query = self.state.without_filters().query()
        return f"{self.path}?{query}" if query else self.path

    @property
    def empty(self) -> Empty:
        """What is said without rows: of a search that finds nothing, else why there is nothing yet."""
        if not self.state.filtered and not self.state.cursor:
            return self.table.empty(self.viewer)
        searched = self.state.searched(self.table)
        title = gettext("Nothing matches “%(searched)s”", searched=searched) if searched else gettext("Nothing matches")
        return Empty("filter-off", title, gettext(self.table.hint), self.without_filters, gettext("Clear filters"))


def _said(text: Markup) -> Cell[Any]:
    return lambda row, viewer: text


def _opening(column: Column[Any]) -> str:
    look = f' class="{escape(column.look)}"' if column.look else ""
    return f'<td role="cell"{look} data-l="{escape(gettext(column.title))}">'


def _both_ways(sort: Sort) -> list[tuple[str, str]]:
    title = gettext(sort.title)
    up, down = (sort.name, f"{title} ↑"), (f"-{sort.name}", f"{title} ↓")
    return [down, up] if sort.descending_first else [up, down]
