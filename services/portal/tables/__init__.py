"""Lists as tables: search, filters, sort, choice of columns, pages and counts, all of it in the address of the page.

A section describes its table once (`Table`); what is shown of it at a request is a `TableView`, which
``macros/tables.html`` draws. Cells are functions: a page has hundreds of them.
"""

from services.portal.tables.filters import Choice, Day, Filter, Grouped, Search, Switch
from services.portal.tables.state import TableState
from services.portal.tables.table import Bulk, Column, Empty, Sort, Table
from services.portal.tables.view import TableView

__all__ = [
    "Bulk", "Choice", "Column", "Day", "Empty", "Filter", "Grouped", "Search", "Sort", "Switch", "Table",
    "TableState", "TableView",
]  # fmt: skip
