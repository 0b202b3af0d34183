"""The description of a table: its columns, filters and sorts, and what it says when it is empty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from markupsafe import Markup

from services.portal.tables.filters import Filter
from services.portal.viewer import Viewer
from shared.language import gettext, mark

Row = TypeVar("Row")
Row_contra = TypeVar("Row_contra", contravariant=True)
"""What a column can show: of any row that is one, too."""
Cell = Callable[[Row, Viewer], Markup | str]


@dataclass(frozen=True, slots=True)
class Sort:
    """``name`` is the API's. ``title`` says what it sorts by, where headings do not show, as a marked text."""

    name: str
    title: str
    descending_first: bool = False
    """Whether most people want the largest or the newest on top."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row_contra]):
    """``title`` is a marked text. The first column of a table names the row."""

    name: str
    title: str
    cell: Callable[[Row_contra, Viewer], Markup | str]
    look: str = ""
    """Classes of its cells: num, when, wide-cell, spare."""
    sort: str | None = None
    """The sort behind its heading."""
    may_hide: bool = True
    at_first: bool = True
    """Whether it shows unless somebody chose otherwise."""
    for_whom: Callable[[Viewer], bool] = lambda viewer: True


@dataclass(frozen=True, slots=True)
class Empty:
    """What a table without rows says, and what one could do. Texts are in the reader's language."""

    icon: str
    title: str
    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """What can be done with the chosen rows: their ids are sent as ``chosen`` to the list's path and
    ``/chosen/<name>``. The texts are marked."""

    name: str
    title: str
    permission: str
    asks: str = ""
    """What it does, where it cannot be undone: it is asked for once more."""
    confirms: str = ""
    """What the button says that confirms it, where the title is a question."""


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """A list. ``caption`` is a marked text, and ``empty`` says why there is nothing yet, per viewer."""

    id: str
    caption: str
    columns: Sequence[Column[Row]]
    empty: Callable[[Viewer], Empty]
    hint: str = mark("Check the spelling, or clear the filters.")
    """What helps where nothing matches, as a marked text."""
    filters: Sequence[Filter] = ()
    sorts: Sequence[Sort] = ()
    """The first one is the order without a choice, in its own first direction."""
    actions: Cell[Row] | None = None
    """What can be done with a row, at its end."""
    instead: Callable[[Row, Viewer], Markup | None] = lambda row, viewer: None
    """What a row says in place of all cells but its first, such as why they are hidden."""
    row_id: Callable[[Row], str] = lambda row: str(getattr(row, "id", ""))
    bulk: Sequence[Bulk] = ()
    may_choose: Callable[[Row, Viewer], bool] = lambda row, viewer: True
    """Whether anything of it can be done with a row. Rows that are chosen have an ``id``."""
    exported: tuple[str, str] | None = None
    """The service and the name of the list, where it can be exported."""
    export_of: Mapping[str, str] = field(default_factory=dict)
    """The export's filters that make its list this one."""
    formats: Sequence[str] = ("csv",)
    """In which it can be."""
    fold_early: bool = False
    """For a table with many columns."""

    @property
    def title(self) -> str:
        return gettext(self.caption)

    def sort_named(self, name: str) -> Sort | None:
        return next((each for each in self.sorts if each.name == name), None)

    def bulk_for(self, viewer: Viewer) -> list[Bulk]:
        return [each for each in self.bulk if viewer.may(each.permission)]

    def columns_for(self, viewer: Viewer) -> list[Column[Row]]:
        return [each for each in self.columns if each.for_whom(viewer)]
