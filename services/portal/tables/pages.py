"""The page of a list, or its table alone for htmx."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from services.portal.rendering import page, part, wants_part
from services.portal.tables.view import TableView

PAGE_SIZE = 50


def list_page(request: Request, template: str, table: TableView[Any], status: int = 200, /, **context: Any) -> Response:
    """``context`` is what the page shows beside its table."""
    if wants_part(request):
        return part(request, "partials/tables/table.html", status, table=table)
    return page(request, template, status, table=table, **context)


async def chosen_ids(request: Request) -> list[UUID]:
    """The rows that were chosen for a bulk action, at most a page of them. What is no id counts as not chosen."""
    sent = (await request.form(max_fields=10 * PAGE_SIZE)).getlist("chosen")
    return [found for each in sent[:PAGE_SIZE] if isinstance(each, str) and (found := _id(each))]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
