"""What lists of tables are compared with: a search and an order of names in Python, and all pages of a list."""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import HealthCheck, settings

often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NAMES = ("Zürich", "zurich", "ZÜRICH 2", "Port", "port", "Port-01", "Port 1 Zürich", "Straße 7", "strasse 8",
         "Ångström", "  ", "Łódź", "日本 port", "Port portal PORT", "Bjørn Æsir")  # fmt: skip
QUERIES = (None, "", " ", "zur", "ZÜRICH", "port", "port 1", "port-01", "01", "1 z", "strass", "straße 7", "lodz", "日",
           "bjorn", "aesir", "BJØRN Æ", "ort", "--", "x" * 100)  # fmt: skip

LETTERS = str.maketrans("øłđıðħŋŧ", "oldidhnt") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
"""What has no accent that could be taken off."""


def folded(text: str) -> str:
    """Letters without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(LETTERS)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words of a text as a search compares them."""
    return re.findall(r"[^\W_]+", folded(text))


def name_key(name: str) -> tuple[str, bytes]:
    """By what names are sorted."""
    return folded(name), name.encode()


def finds(q: str | None, *texts: str) -> bool:
    """Whether a search finds something with these texts: it has to begin at a word of one of them."""
    if not q or not q.strip():
        return True
    wanted = " ".join(words_of(q))
    return bool(wanted) and any(
        " ".join(words[n:]).startswith(wanted)
        for text in texts
        for words in [words_of(text)]
        for n in range(len(words))
    )


async def walk(ask: Callable[[str | None], Awaitable[dict[str, Any]]], limit: int) -> list[dict[str, Any]]:
    """The pages of a list: each but the last is full, and all say the same count."""
    pages = [await ask(None)]
    while pages[-1]["next"]:
        assert len(pages[-1]["items"]) == limit
        pages.append(await ask(pages[-1]["next"]))
    assert len({page["count"] for page in pages}) == 1
    return pages
