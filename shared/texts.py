"""What people write in one line: names, streets, order numbers. Any script, and nothing that only programs see."""

import re
import unicodedata
from typing import Any

from pydantic_core import PydanticCustomError

BLANKS = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u3164\uffa0]")
"""Every character that is drawn as a space. The last three are called letters or symbols."""
JOINERS = "\u200c\u200d"
"""Persian, Hindi and others write them inside words, and emoji are joined by them."""
JOINABLE = "LMS"
"""The categories of what a joiner can join: letters, their marks, symbols."""
VISIBLE = "LNPS"
FILLERS = "\u115f\u1160"
"""Parts of letters that are not drawn."""


def one_line(written: Any) -> Any:
    """One line in one form: composed (NFC), plain spaces, joiners only where they join. What is no text is left to its
    type. Raises a PydanticCustomError for other characters that are not drawn, such as line breaks and what turns the
    direction of what follows, and for a line of which nothing can be seen."""
    if not isinstance(written, str):
        return written
    text = _without_idle_joiners(BLANKS.sub(" ", unicodedata.normalize("NFC", written))).strip()
    if any(not (letter.isprintable() or letter in JOINERS) for letter in text):
        raise PydanticCustomError("not_one_line", "must be one line of printable characters")
    if text and not any(unicodedata.category(letter)[0] in VISIBLE and letter not in FILLERS for letter in text):
        raise PydanticCustomError("required", "must have something to see")
    return text


def _without_idle_joiners(text: str) -> str:
    """Without the joiners at the ends, beside blanks and beside each other."""
    if not any(joiner in text for joiner in JOINERS):
        return text
    around = zip(f" {text[:-1]}", text, f"{text[1:]} ", strict=True)
    return "".join(here for before, here, after in around if here not in JOINERS or _join(before, after))


def _join(before: str, after: str) -> bool:
    return all(unicodedata.category(letter)[0] in JOINABLE for letter in (before, after))
