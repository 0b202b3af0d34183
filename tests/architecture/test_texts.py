"""Every text for people has a translation into every language, which fits it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from deploy.local.catalogues import SOURCE, brought_up_to_date, catalogues, file_of
from shared.language.catalogues import KEPT, sources
from shared.language.tags import LANGUAGES

OTHERS = [language for language in LANGUAGES if language != SOURCE]


def messages(language: str) -> Iterator[tuple[Path, Message]]:
    for file in sources(language):
        with file.open("rb") as opened:
            yield from ((file, message) for message in read_po(opened, language) if message.id)


def forms(text: object) -> list[str]:
    """One text, or one per plural form."""
    return [str(each) for each in text] if isinstance(text, list | tuple) else [str(text)]


def kept(text: str) -> list[str]:
    """The values and the markup of a text. A language has its own order."""
    return sorted(KEPT.findall(text))


@pytest.mark.parametrize(("owner", "language"), list(catalogues()), ids=lambda part: getattr(part, "name", part))
def test_catalogues_are_up_to_date_with_the_code(owner: Path, language: str) -> None:
    file = file_of(owner, language)

    assert (file.read_bytes() if file.exists() else None) == brought_up_to_date(owner, language), "run `make texts`"


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    missing = [(file, message.id) for file, message in messages(language) if not all(forms(message.string))]

    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_and_the_markup_of_its_text(language: str) -> None:
    wrong = []
    for file, message in messages(language):
        texts = {tuple(kept(text)) for text in forms(message.id)}
        wrong += [(file, said) for said in forms(message.string) if tuple(kept(said)) not in texts]

    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_is_translated_in_one_way_in_all_catalogues(language: str) -> None:
    said = defaultdict(set)
    for _, message in messages(language):
        said[message.context, str(message.id)].add(str(message.string))

    assert {text: ways for text, ways in said.items() if len(ways) > 1} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_begins_and_ends_as_its_text(language: str) -> None:
    """Blanks at the edges would be lost or doubled, and a sentence that ends without its full stop is half of one."""
    wrong = []
    for file, message in messages(language):
        text, said = forms(message.id)[0], forms(message.string)[0]
        ends = {re.sub(r"\W*$", "", one) and one[-1] in ".!?:…" for one in (text, said)}
        if said != said.strip() or len(ends) > 1:
            wrong.append((file, said))

    assert wrong == []
