"""What a list can be narrowed down by. A value of a page's address that a filter does not know counts as not given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.language import gettext

Options = Callable[[], list[tuple[str, str]]]
"""Values with their texts, in the reader's language."""

SEARCHED = 100
"""Characters of a search that services take."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``name`` is the parameter in the page's address and in the service's API, ``label`` a marked text."""

    name: str
    label: str

    @property
    def control(self) -> str:
        """What its field is in a form."""
        return type(self).__name__.lower()

    @property
    def title(self) -> str:
        return gettext(self.label)

    def known(self, value: str) -> str:
        """The value, or nothing if it is none."""
        return value


@dataclass(frozen=True, slots=True)
class Search(Filter):
    """A search field; ``hint`` says what it finds."""

    hint: str

    @property
    def placeholder(self) -> str:
        return gettext(self.hint)

    def known(self, value: str) -> str:
        return value.strip()[:SEARCHED]


@dataclass(frozen=True, slots=True)
class Choice(Filter):
    """One of several values; ``everything`` is the text of none."""

    options: Options
    everything: str

    def known(self, value: str) -> str:
        return value if any(value == option for option, _ in self.options()) else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", gettext(self.everything)), *self.options()]


@dataclass(frozen=True, slots=True)
class Grouped(Filter):
    """One of many values, which are shown in titled groups."""

    groups: Callable[[], list[tuple[str, list[tuple[str, str]]]]]
    everything: str

    def known(self, value: str) -> str:
        return value if any(value == option for _, options in self.groups() for option, _ in options) else ""

    @property
    def first(self) -> list[tuple[str, str]]:
        return [("", gettext(self.everything))]


@dataclass(frozen=True, slots=True)
class Day(Filter):
    """A day, as ISO 8601."""

    def known(self, value: str) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class Switch(Filter):
    """On or off. ``hint`` says what it does."""

    hint: str = ""

    def known(self, value: str) -> str:
        return "true" if value == "true" else ""

    @property
    def about(self) -> str:
        return gettext(self.hint) if self.hint else ""
