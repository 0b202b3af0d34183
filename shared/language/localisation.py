"""The language and the time zone of who reads what is being written, for everything that runs within a request or a
mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from babel import Locale

from shared.language.catalogues import catalogue
from shared.language.tags import DEFAULT_TAG, babel_name, language_of
from shared.language.zones import UTC


@dataclass(frozen=True, slots=True)
class Localisation:
    """A language with a region as a BCP 47 tag, and a time zone of IANA's database."""

    tag: str = DEFAULT_TAG
    zone: str = UTC

    @property
    def language(self) -> str:
        return language_of(self.tag)

    @property
    def direction(self) -> str:
        """The value of HTML's ``dir``."""
        return Locale.parse(self.locale).text_direction

    @property
    def locale(self) -> str:
        """Babel's name of their formats."""
        return babel_name(self.tag)


NOBODY = Localisation()
_current: ContextVar[Localisation] = ContextVar("localisation", default=NOBODY)


def current_localisation() -> Localisation:
    """The reader, or one of American English and UTC where nobody was named."""
    return _current.get()


def localise_for(reader: Localisation) -> None:
    """The rest of this task writes for ``reader``."""
    _current.set(reader)


@contextmanager
def localised_for(reader: Localisation) -> Iterator[None]:
    """What runs within writes for ``reader``."""
    token = _current.set(reader)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(text: str, **values: Any) -> str:
    """``text`` in the reader's language, with ``values`` at their names: ``%(name)s``."""
    said: str = catalogue(_current.get().language).gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    """The form of the reader's language for this number, which is ``%(num)s`` in both."""
    said: str = catalogue(_current.get().language).ngettext(one, many, number)
    return said % {"num": number, **values}


def pgettext(context: str, text: str) -> str:
    """``text`` in the reader's language, where the same English word means different things."""
    said: str = catalogue(_current.get().language).pgettext(context, text)
    return said


def mark(text: str) -> str:
    """``text`` itself: it is translated where it is shown, and found here by who collects the texts."""
    return text


def mark_in(context: str, text: str) -> str:
    """The same for `pgettext`."""
    return text
