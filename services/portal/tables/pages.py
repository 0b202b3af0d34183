"""The page of a list, or its table alone for htmx."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

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


async def chosen_ids(request: Request) -> list[UUID]:
    """The rows that were chosen for a bulk action, at most a page of them. What is no id counts as not chosen."""
    sent = (await request.form(max_fields=10 * PAGE_SIZE)).getlist("chosen")
    return [found for each in sent[:PAGE_SIZE] if isinstance(each, str) and (found := _id(each))]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
