"""CSV files from spreadsheets: rows by the names of their columns, and what is wrong by its line."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.csv_files import (
    MOST_BYTES,
    CsvColumn,
    CsvRefused,
    CsvRow,
    Fault,
    packed,
    read_csv,
    unpacked,
    write_csv,
)
from shared.language import Localisation, localised_for, mark

COLUMNS = (
    CsvColumn("name", mark("Name"), required=True),
    CsvColumn("street", mark("Street and number")),
    CsvColumn("city", mark("City")),
)
CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)


def read(content: bytes) -> list[CsvRow] | tuple[Fault, ...]:
    """The rows, or what is wrong with the file."""
    try:
        return read_csv(content, COLUMNS)
    except CsvRefused as refused:
        return refused.faults


def faults(content: bytes | str) -> list[tuple[int, str, str]]:
    found = read(content.encode() if isinstance(content, str) else content)
    assert isinstance(found, tuple), found
    return [(fault.line, fault.column, fault.text) for fault in found]


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=20), st.sampled_from(",;\t"), st.booleans())
def test_what_the_csv_module_writes_is_read_again(
    rows: list[tuple[str, str, str]], delimiter: str, with_mark: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([("City", "name", "STREET AND  NUMBER"), *rows])
    written = [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]

    found = read(text.getvalue().encode("utf-8-sig" if with_mark else "utf-8"))

    if written:
        assert isinstance(found, list), found
        assert [tuple(row.values[name] for name in ("city", "name", "street")) for row in found] == written
    else:
        assert isinstance(found, tuple)


@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda rest: b"Name;City\r\n" + rest)
       | st.text('",;\t\r\n Na', max_size=60).map(lambda rest: b"Name," + rest.encode()))  # fmt: skip
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    assert unpacked(packed(content)) == content
    found = read(content)

    if isinstance(found, list):
        assert [row.line for row in found] == sorted({row.line for row in found})
    else:
        assert found
        assert all(fault.text.endswith(".") for fault in found)


@given(st.text(max_size=40))
def test_a_hidden_field_that_somebody_has_changed_is_read_or_refused(value: str) -> None:
    with suppress(CsvRefused):
        assert isinstance(unpacked(value), bytes)


def test_windows_and_the_readers_language_are_understood() -> None:
    content = "Ort;Name;Straße und Hausnummer\r\nKöln;Büro;Domplatz 1\r\n;;\r\n".encode("cp1252")

    with localised_for(Localisation("de-DE")):
        rows = read_csv(content, COLUMNS)

    assert rows == [CsvRow(2, {"name": "Büro", "street": "Domplatz 1", "city": "Köln"})]


def test_a_row_has_the_line_on_which_it_begins() -> None:
    rows = read_csv(b'\nName,City\n"Two\nlines",A\r\n\r\nB,"C\r\n\r\nD"\nE', COLUMNS)

    assert [(row.line, row.values["name"]) for row in rows] == [(3, "Two\nlines"), (6, "B"), (9, "E")]


def test_columns_that_are_not_known_are_there_twice_or_missing_are_named() -> None:
    assert faults("City,Fax,City," + "x" * 99) == [
        (1, "Fax", "There is no such column."),
        (1, "City", "This column is there twice."),
        (1, "x" * 60 + "…", "There is no such column."),
        (1, "Name", "This column is missing."),
    ]


@pytest.mark.parametrize(("content", "line"), [
    (b"", 0), (b"\r\n \r\n", 0), (b"Name,City\n", 0), (b"Name\0", 0), (b"Name\x81", 0),
    ("Name\nx".encode("utf-16"), 0), (b"x" * (MOST_BYTES + 1), 0),
    (b'Name,City\nA,B\n"C,D\nE', 3), (b'Name\nA\n"C"D\nE', 3), (b"Name,City\nA,B\nC,D,E\n", 3),
    (b"Name\n" + b"A\n" * 1_001, 1_002), (b"Name\nA\n" + b"x" * 200_000, 3),
])  # fmt: skip
def test_what_is_no_such_table_is_refused_at_its_line(content: bytes, line: int) -> None:
    assert [fault[0] for fault in faults(content)] == [line]


def test_an_example_can_be_read() -> None:
    example = write_csv([["Name", "City"], ['"Quoted", and', "two\r\nlines"]])

    assert read_csv(example, COLUMNS)[0].values == {"name": '"Quoted", and', "street": "", "city": "two\r\nlines"}
