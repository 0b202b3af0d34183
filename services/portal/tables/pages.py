"""The page of a list, or its table alone for htmx."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.portal.rendering import page, part, wants_part
from services.portal.tables.view import TableView
from services.portal.views import View

PAGE_SIZE = 50


@dataclass(frozen=True)
class TablePart(View):
    """The table of a list's page alone."""

    template = "partials/tables/table.html"
    table: TableView[Any]


@dataclass(frozen=True)
class ListPage(TablePart):
    """The page of a list; subclasses add what it shows beside its table."""


def list_page(request: Request, shown: ListPage, status: int = 200) -> Response:
    """The page, or its table alone if htmx asks for it."""
    return part(request, TablePart(shown.table), status) if wants_part(request) else page(request, shown, status)
