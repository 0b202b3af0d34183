"""What a search compares is the same text in PostgreSQL and in the model of the lists' tests."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.databases import Database
from tests.harness.lists import often, words_of

WITHOUT_ACCENT = "æÆœŒþÞðÐħĦŋŊŧŦøØłŁđĐıİßẞςσΣ"
TEXTS = st.text(
    st.sampled_from(WITHOUT_ACCENT)
    | st.characters(min_codepoint=0x20, max_codepoint=0x24F)
    | st.characters(min_codepoint=0x386, max_codepoint=0x3CE)
    | st.sampled_from("\u0301\u0308 aA-_日"),
    max_size=25,
)
FOLDED = "SELECT search_text(t) FROM unnest($1::text[]) WITH ORDINALITY u (t, n) ORDER BY n"


@pytest.fixture(params=["identity", "provisioning"])
async def folding(request: pytest.FixtureRequest, database: Callable[[str], Awaitable[Database]]) -> Database:
    """The database of a service that searches."""
    return await database(request.param)


async def compared(database: Database, texts: list[str]) -> list[str]:
    connection = await asyncpg.connect(database.owner_url)
    rows = await connection.fetch(FOLDED, texts)
    await connection.close()
    return [row[0] for row in rows]


@often
@given(texts=st.lists(TEXTS, max_size=50))
async def test_a_search_compares_letters_without_case_and_accents(folding: Database, texts: list[str]) -> None:
    assert await compared(folding, texts) == [" ".join(words_of(text)) for text in texts]


async def test_letters_without_an_accent_are_compared_by_how_they_are_written_without_them(folding: Database) -> None:
    written = {
        "Bjørn Æsir": "bjorn aesir", "Œuvre": "oeuvre", "Þórður": "thordur", "Ħal": "hal", "Ŋala": "nala", "Ŧa": "ta",
        "Łódź": "lodz", "Đuro": "duro", "Diyarbakır İl": "diyarbakir il", "Straße GROẞE": "strasse grosse",
        "Ǽ Ǿ": "ae o", "Νίκος": "νικοσ",
    }  # fmt: skip

    assert await compared(folding, list(written)) == list(written.values())
    assert {text: " ".join(words_of(text)) for text in written} == written
