"""The page that tells, row by row, what became of what was done with several."""

from dataclasses import dataclass

from services.portal.tables.bulk import RowResult
from services.portal.views import View


@dataclass(frozen=True)
class RowResults(View):
    """``list_id`` is the entry in the side bar of the list that is at ``path``."""

    template = "pages/tables/results.html"
    title: str
    results: list[RowResult]
    list_id: str
    path: str
    list_title: str
