"""One rule for text from people."""

import unicodedata
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.field_errors import of_pydantic
from shared.schemas import Body, Line, Name


class Entry(Body):
    name: Name
    line: Line = ""


def kept(written: str) -> str:
    return Entry(name=written).name


def refused(**fields: Any) -> list[str]:
    with pytest.raises(ValidationError) as error:
        Entry(**fields)
    return [entry["code"] for entry in of_pydantic(error.value.errors())]


@pytest.mark.parametrize(
    "written",
    [
        "Ana María Muñoz",
        "Müller & Söhne",
        "می\u200cخواهم",
        "क्\u200dष क्\u200cष",
        "👩\u200d💻 Ltd",
        "株式会社ラークスパー",
        "شركة النور",
        "O’Neill — Łódź",
        "한국 통신",
    ],
)
def test_an_ordinary_name_of_any_script_stays_as_it_is(written: str) -> None:
    assert kept(written) == written


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("株式会社\u3000ラークスパー", "株式会社 ラークスパー"),
        ("Müller\u00a0& Söhne\u202fAG", "Müller & Söhne AG"),
        ("Ana\tMaría", "Ana María"),
        ("\u3164 Anna \u2800", "Anna"),
        ("Mu\u0308ller", "Müller"),
        ("\u200dAnna\u200c", "Anna"),
        ("Anna \u200d Bell", "Anna  Bell"),
        ("می\u200c\u200cخواهم", "میخواهم"),
    ],
)
def test_blanks_become_spaces_and_letters_are_composed(written: str, name: str) -> None:
    assert kept(written) == name


@pytest.mark.parametrize("hidden", ["\u202e", "\u202d", "\u2066", "\u2028", "\n", "\x00", "\x1b", "\u200b", "\ue000"])
def test_what_is_not_drawn_is_refused(hidden: str) -> None:
    assert refused(name=f"Anna{hidden}Bell", line=f"Quay{hidden}7") == ["not_one_line", "not_one_line"]


@pytest.mark.parametrize(
    "blank", ["", " ", "\u3164", "\u2800\u00a0", "\u115f", "\u0301", "\u200d", "\u200c \u200c", "\ufe0f"]
)
def test_a_name_has_something_to_see(blank: str) -> None:
    assert refused(name=blank) == ["required"]


def test_a_line_may_be_empty_and_another_type_is_refused_as_one() -> None:
    assert Entry(name="a", line=" \u3000").line == ""
    assert refused(name=7) == ["wrong_type"]
    assert refused(name="x" * 201, line="y" * 201) == ["too_long", "too_long"]


LETTERS = st.characters(categories=["L", "N", "P", "S"])
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u200c\u200d\u00a0\u3000\u3164 \u0301"))


@given(ANYTHING)
def test_what_is_taken_is_one_printable_composed_line_and_is_taken_again_as_it_is(written: str) -> None:
    try:
        name = kept(written)
    except ValidationError:
        return

    assert kept(name) == name
    assert name == unicodedata.normalize("NFC", name)
    assert name == name.strip()
    assert all(letter == " " or not letter.isspace() for letter in name)
    drawn = [letter for letter in name if letter not in "\u200c\u200d"]
    assert all(letter.isprintable() for letter in drawn)
    assert any(unicodedata.category(letter)[0] in "LNPS" for letter in drawn)


@given(st.text(LETTERS, min_size=1, max_size=60))
def test_no_letter_is_lost(written: str) -> None:
    assume(not set(written) & set("\u3164\uffa0\u2800\u115f\u1160"))

    assert kept(written) == unicodedata.normalize("NFC", written)
