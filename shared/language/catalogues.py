"""The translations. They are read from their sources, so that there is nothing to build."""

import re
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from shared.language.tags import PSEUDO_TAG

HERE = Path(__file__).parents[2]
FILE = "locale/{}/LC_MESSAGES/messages.po"


def sources(language: str) -> list[Path]:
    """The files with translations into a language: shared's, and one per service that says something."""
    return [*HERE.glob("shared/" + FILE.format(language)), *sorted(HERE.glob("services/*/" + FILE.format(language)))]


@cache
def catalogue(language: str) -> NullTranslations:
    """All translations into a language. English is what the code says."""
    if language == PSEUDO_TAG:
        return Pseudo()
    found = NullTranslations()
    for source in sources(language):
        compiled = BytesIO()
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, language))
        compiled.seek(0)
        translations = Translations(compiled)
        translations.add_fallback(found)
        found = translations
    return found


KEPT = re.compile(r"(%\(\w+\)[a-z]|%%|<[^>]*>|&\w+;)")
"""What is no text for people within a text: values, markup, characters by name."""
LOOKS = str.maketrans("aceinouyACEINOUY", "àçéîñöüýÀÇÉÎÑÖÜÝ")


class Pseudo(NullTranslations):
    """Every text between brackets, with accents, and two fifths longer, as translations can be."""

    def gettext(self, message: str) -> str:
        said = "".join(part if n % 2 else part.translate(LOOKS) for n, part in enumerate(KEPT.split(message)))
        return f"⟦{said}{' ·' * max(1, len(KEPT.sub('', message)) // 5)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)
