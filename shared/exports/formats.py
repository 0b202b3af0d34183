"""How rows become a file."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

import orjson

from shared.exports.lists import Cell, Column
from shared.language import gettext


class ExportFormat(StrEnum):
    csv = "csv"
    """For spreadsheets: RFC 4180 in UTF-8, with a byte order mark and titles in the person's language."""
    jsonl = "jsonl"
    """For programs: a JSON object per line, with the names of the API."""


MEDIA_TYPES = {ExportFormat.csv: "text/csv", ExportFormat.jsonl: "application/jsonl"}

_BEGINS = "=+\\-@＝＋－＠"
"""What spreadsheets take for the beginning of a formula."""
_FORMULA = re.compile(f"^(?=[{_BEGINS}\t\r\n])|(?<=[;\t\r\n])(?=[{_BEGINS}])")
"""A formula at the beginning of a cell, or of what becomes one: where the decimal sign is a comma, spreadsheets divide
lines at semicolons, and quotes within such a part do not count."""


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would calculate."""
    return _FORMULA.sub("'", text)


Writing = Callable[[Iterable[bytes]], bytes]
"""Makes the lines of some rows, which are JSON objects of the list's items."""


def writing(format_: ExportFormat, columns: Sequence[Column]) -> tuple[bytes, Writing]:
    """What the file begins with, in the language of the running task, and what its lines are made with."""
    if format_ == ExportFormat.jsonl:
        return b"", lambda rows: b"".join(row + b"\n" for row in rows)
    head = _lines([[gettext(column.title) for column in columns]])
    return b"\xef\xbb\xbf" + head, lambda rows: _lines(_cells(orjson.loads(row), columns) for row in rows)


def _cells(item: Any, columns: Sequence[Column]) -> list[Cell]:
    return [_cell(column.value(item)) for column in columns]


def _cell(value: Cell) -> Cell:
    """Numbers stay numbers, negative ones too; only texts can be formulas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else value


def _lines(rows: Iterable[Iterable[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
