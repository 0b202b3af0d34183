"""Finds the characters of a document that no font has, or that typst cannot set beside each other."""

from collections.abc import Callable
from typing import Any

INSTEAD = "\ufffd"
"""The replacement character, which every reader knows as one that could not be shown."""
TRIED_ONE_BY_ONE = 500
"""Characters of a text that are tried in their place. All others of it are replaced."""


class Rewriting:
    """Rewrites documents. ``missing`` are the characters that were replaced, each once. ``are_printable`` tells whether
    all of some texts can be printed."""

    def __init__(self, are_printable: Callable[[list[str]], bool]) -> None:
        self._are_printable = are_printable
        self._known: dict[str, str] = {}
        self.missing: list[str] = []

    def document(self, value: Any) -> Any:
        """The same, with each text printable."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {name: self.document(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.document(each) for each in value]
        return value

    def _text(self, text: str) -> str:
        if text.isascii():
            return text
        if text not in self._known:
            self._known[text] = text if self._are_printable([text]) else self._rewritten(text)
        return self._known[text]

    def _rewritten(self, text: str) -> str:
        alone = set(self._not_printable(sorted({each for each in text if not each.isascii()})))
        without = "".join(self._replaced(each) if each in alone else each for each in text)
        return without if self._are_printable([without]) else self._one_by_one(without)

    def _not_printable(self, characters: list[str]) -> list[str]:
        """Those of them that cannot be printed alone, found by halving."""
        if not characters or self._are_printable(characters):
            return []
        if len(characters) == 1:
            return characters
        middle = len(characters) // 2
        return self._not_printable(characters[:middle]) + self._not_printable(characters[middle:])

    def _one_by_one(self, text: str) -> str:
        """For marks and letters that can be printed, but not in this order."""
        done = ""
        for number, each in enumerate(text):
            tried = number < TRIED_ONE_BY_ONE and self._are_printable([done + each])
            done += each if each.isascii() or tried else self._replaced(each)
        return done if self._are_printable([done]) else "".join(x if x.isascii() else self._replaced(x) for x in text)

    def _replaced(self, character: str) -> str:
        if character not in self.missing and character != INSTEAD:
            self.missing.append(character)
        return INSTEAD
