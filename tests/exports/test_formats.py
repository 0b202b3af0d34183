"""What a spreadsheet and a program read in a file."""

import csv
import io
import re
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.exports.formats import ExportFormat, harmless, writing
from shared.exports.lists import Amount, Column

COLUMNS = (Column("Name", "name"), Column("Number", "number"))
DANGEROUS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60) | st.text(
    st.sampled_from("=+-@\t\r\n;,\"'＝＋－＠ a1"), max_size=20
)
numbers = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()


def written(*rows: dict[str, object]) -> str:
    head, lines = writing(ExportFormat.csv, COLUMNS)
    return (head + lines(orjson.dumps(row) for row in rows)).decode("utf-8-sig")


@given(st.lists(texts))
def test_no_cell_that_a_spreadsheet_reads_begins_a_formula(names: list[str]) -> None:
    content = written(*({"name": name, "number": -1} for name in names))

    rows = list(csv.reader(io.StringIO(content, newline="")))

    assert len(rows) == len(names) + 1
    assert not any(DANGEROUS.match(name) for name, _ in rows[1:])


@given(st.lists(texts))
def test_no_part_of_a_line_begins_one_where_semicolons_divide_cells(names: list[str]) -> None:
    content = written(*({"name": name, "number": 1} for name in names))

    for cell in re.split("[;\t\r\n]", content):
        assert not re.match(r"[=+\-@＝＋－＠]", cell)


@given(texts, numbers)
def test_what_is_read_back_is_what_was_written(name: str, number: object) -> None:
    [_, [read, shown]] = list(csv.reader(io.StringIO(written({"name": name, "number": number}), newline="")))

    assert read == harmless(name)
    if isinstance(number, bool):
        assert shown == str(number).lower()
    else:
        assert shown == "" if number is None else float(shown) == number


@pytest.mark.rule("D20")
@given(st.integers(-(2**63), 2**63 - 1))
def test_an_amount_is_a_decimal_number_also_if_it_is_negative(minor: int) -> None:
    column = Amount("Total", "total_minor")
    _, lines = writing(ExportFormat.csv, [column])

    content = lines([orjson.dumps({"total_minor": minor, "currency": "EUR"})]).decode()

    assert Decimal(content) * 100 == minor
    assert re.fullmatch(r"-?\d+\.\d\d\r\n", content)


@given(texts)
def test_only_apostrophes_are_added(name: str) -> None:
    assert harmless(name).replace("'", "") == name.replace("'", "")
    assert harmless(name) == name or DANGEROUS.search(name)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("a;=1", "a;'=1"),
        ("2-3", "2-3"),
        ("ana@meridian.example", "ana@meridian.example"),
        ("", ""),
    ],
)
def test_a_formula_gets_an_apostrophe_and_nothing_else(text: str, cell: str) -> None:
    assert harmless(text) == cell


def test_json_lines_have_one_object_per_line() -> None:
    head, lines = writing(ExportFormat.jsonl, COLUMNS)

    content = head + lines([orjson.dumps({"name": "=1\n"}), orjson.dumps({"name": None})])

    assert content == b'{"name":"=1\\n"}\n{"name":null}\n'
