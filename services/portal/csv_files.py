"""Tables that people save in a spreadsheet, as CSV files.

They are read here and not by a service: the columns are called as the fields of the form are, in the reader's language
or in English, and what is wrong is told by the line of the file. Services take rows of their API's fields.
"""

import base64
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.language import formats, ngettext
from shared.language import gettext as _

MOST_BYTES = 300 * 1024
"""Of a file. With a third more it still fits into a form (`packed`), and as JSON into a request to a service."""
MOST_ROWS = 1_000
DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8-sig", "cp1252")
"""With or without a byte order mark; and what spreadsheets on Windows save as plain CSV."""
LONGEST_SHOWN = 60
"""Characters of a text from the file in what is said about it."""


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """A column that a file may have. ``field`` is its name in rows, ``title`` a marked text."""

    field: str
    title: str
    required: bool = False

    @property
    def titles(self) -> tuple[str, str]:
        """In English and in the reader's language."""
        return self.title, _(self.title)


@dataclass(frozen=True, slots=True)
class CsvRow:
    line: int
    """On which it begins in the file, from 1."""
    values: Mapping[str, str]
    """By field, without blanks around them; those of missing columns are empty."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, in the reader's language. Line 0: with the file as a whole."""

    line: int
    column: str
    text: str


class CsvRefused(Exception):
    """The file cannot be read as such a table."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.line}: {fault.text}" for fault in faults))
        self.faults = faults


def read_csv(content: bytes, columns: Sequence[CsvColumn]) -> list[CsvRow]:
    """The rows below the first line, which names the columns in any order. Raises `CsvRefused`."""
    text = _decoded(content)
    known = {_key(title): column for column in columns for title in column.titles}
    records = _records(text, _delimiter(text, known))
    line, head = next(records, (0, []))
    if not line:
        raise CsvRefused(Fault(0, "", _("The file is empty.")))
    placed = _placed(line, head, known, columns)
    rows: list[CsvRow] = []
    faults: list[Fault] = []
    for line, cells in records:
        if len(rows) == MOST_ROWS:
            raise CsvRefused(Fault(line, "", _too_many()))
        values = dict.fromkeys((column.field for column in columns), "")
        values |= {column.field: cell.strip() for column, cell in zip(placed, cells, strict=False) if column}
        if any(cell.strip() for place, cell in enumerate(cells) if place >= len(placed) or placed[place] is None):
            faults.append(Fault(line, "", _("This line has more entries than the first line names columns.")))
        rows.append(CsvRow(line, values))
    if faults:
        raise CsvRefused(*faults)
    if not rows:
        raise CsvRefused(Fault(0, "", _("There are no rows below the names of the columns.")))
    return rows


def write_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """A file as exports are: RFC 4180, in UTF-8 with a byte order mark, without which some spreadsheets take it for
    another encoding."""
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode("utf-8-sig")


def packed(content: bytes) -> str:
    """A file's content as the value of a hidden field. Browsers would change line breaks of a plain one."""
    return base64.urlsafe_b64encode(content).decode()


def unpacked(value: str) -> bytes:
    """The content again. Raises `CsvRefused` for what `packed` has not made."""
    try:
        return base64.b64decode(value, altchars=b"-_", validate=True)
    except ValueError:
        raise CsvRefused(Fault(0, "", _("Choose the file again."))) from None


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        size = formats.number(MOST_BYTES // 1024)
        raise CsvRefused(Fault(0, "", _("The file is too large: at most %(size)s KB are possible.", size=size)))
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # as other files have, and UTF-16
            return text
    raise CsvRefused(Fault(0, "", _("This is not a CSV file. In your spreadsheet, save it as “CSV UTF-8”.")))


def _delimiter(text: str, known: Mapping[str, CsvColumn]) -> str:
    """The one by which most of the first line's cells name a column."""

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            _line, cells = next(_records(text, delimiter), (0, []))
        except CsvRefused:
            return 0, 0
        return sum(_key(cell) in known for cell in cells), len(cells)

    return max(DELIMITERS, key=fits)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line on which it begins: a quoted cell may have several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CsvRefused(Fault(line, "", _unreadable(error))) from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def _unreadable(error: csv.Error) -> str:
    if "field limit" in str(error):
        return _("An entry of this line is too long.")
    return _("A quotation mark of this line is not closed, or something stands between it and the next column.")


def _placed(
    line: int, head: Sequence[str], known: Mapping[str, CsvColumn], columns: Sequence[CsvColumn]
) -> list[CsvColumn | None]:
    """The column of each place; None: it has no name. Raises `CsvRefused`."""
    placed: list[CsvColumn | None] = []
    faults: list[Fault] = []
    for cell in head:
        column = known.get(_key(cell))
        if column is None and cell.strip():
            faults.append(Fault(line, _shown(cell), _("There is no such column.")))
        elif column and column in placed:
            faults.append(Fault(line, _(column.title), _("This column is there twice.")))
        placed.append(column)
    missing = [column for column in columns if column.required and column not in placed]
    faults += [Fault(line, _(column.title), _("This column is missing.")) for column in missing]
    if faults:
        raise CsvRefused(*faults)
    return placed


def _key(title: str) -> str:
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


def _shown(cell: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in cell[:LONGEST_SHOWN]).strip()
    return shown + "…" if len(cell) > LONGEST_SHOWN else shown


def _too_many() -> str:
    most = formats.number(MOST_ROWS)
    return ngettext("At most %(num)s row is possible at once.", "At most %(num)s rows are possible at once.", MOST_ROWS,
                    num=most)  # fmt: skip
