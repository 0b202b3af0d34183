"""Exports of lists: as CSV for spreadsheets and as JSON Lines for programs, made by workers and kept for a day."""

from shared.exports.lists import (
    Amount,
    ArchiveFile,
    Asked,
    Cell,
    Column,
    ExportList,
    NoFilters,
    Page,
    as_listed,
    in_major_units,
)
from shared.exports.offered import Exports

__all__ = [
    "Amount", "ArchiveFile", "Asked", "Cell", "Column", "ExportList", "Exports", "NoFilters", "Page", "as_listed",
    "in_major_units",
]  # fmt: skip
