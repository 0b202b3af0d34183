"""Collects the texts of the code, and brings the catalogues of translations up to date with them: `make texts`.

Each catalogue lies beside the code whose texts it has: ``shared/locale`` and ``services/*/locale``.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from shared.language.catalogues import FILE, HERE
from shared.language.tags import LANGUAGES

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "mark": None,
    "mark_in": ((1, "c"), 2),
}
METHODS = [("**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
OPTIONS = {"**.html": {"trimmed": "true"}}
SOURCE = "en"
WIDTH = 120
HEADER = """\
# What people read, in another language. `make texts` brings it up to date with the code.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"

"""
"""A catalogue's header, without what would change each time."""


def owners() -> list[Path]:
    """The folders whose code says something to people."""
    return [HERE / "shared", *sorted(path for path in HERE.glob("services/*") if path.is_dir())]


def collected(owner: Path) -> Catalog:
    """The texts that the code says, in the order of its files."""
    found = Catalog(domain="messages", charset="utf-8")
    for name, _, text, comments, context in sorted(
        extract_from_dir(owner, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True),
        key=lambda one: (one[0], one[1]),
    ):
        found.add(text, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def brought_up_to_date(owner: Path, language: str) -> bytes | None:
    """The catalogue with what the code says now; None where it says nothing."""
    texts = collected(owner)
    if not len(texts):
        return None
    file = file_of(owner, language)
    kept = read_po(BytesIO(file.read_bytes()), language) if file.exists() else Catalog(language)
    kept.update(texts, no_fuzzy_matching=True)
    kept.obsolete.clear()
    for message in kept:
        message.flags.discard("python-format")  # every text with a value is one, and says so by %(name)s
    return _written(kept)


def _written(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=WIDTH, omit_header=True, include_lineno=False)
    return HEADER.format(language=catalogue.locale_identifier, plural=catalogue.plural_forms).encode() + file.getvalue()


def file_of(owner: Path, language: str) -> Path:
    return owner / FILE.format(language)


def catalogues() -> Iterator[tuple[Path, str]]:
    """Every catalogue: the folder whose texts it has, and its language."""
    return ((owner, language) for owner in owners() for language in LANGUAGES if language != SOURCE)


def main() -> int:
    for owner, language in catalogues():
        file, content = file_of(owner, language), brought_up_to_date(owner, language)
        if content is None:
            file.unlink(missing_ok=True)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        missing = len([each for each in read_po(BytesIO(content)) if each.id and not _said(each.string)])
        print(f"{file.relative_to(HERE)}: {missing} to translate")
    return 0


def _said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
