"""Texts by name, and words with an icon or an explanation, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.language import gettext, pgettext


class Texts(Mapping[str, str]):
    """Texts by name, in the reader's language. ``context`` tells a word from the same one that means something else."""

    def __init__(self, texts: Mapping[str, str], context: str = "") -> None:
        self._texts, self._context = texts, context

    def __getitem__(self, name: str) -> str:
        text = self._texts[name]
        return pgettext(self._context, text) if self._context else gettext(text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def options(self) -> list[tuple[str, str]]:
        """For a choice in a form."""
        return list(self.items())


@dataclass(frozen=True, slots=True)
class Named:
    text: str
    icon: str

    @property
    def title(self) -> str:
        return gettext(self.text)


@dataclass(frozen=True, slots=True)
class Concept:
    """A word that not everybody knows, and what it means, in the reader's language."""

    word: str
    text: str

    @property
    def question(self) -> str:
        return gettext("What is “%(word)s”?", word=gettext(self.word))

    @property
    def answer(self) -> str:
        return gettext(self.text)
