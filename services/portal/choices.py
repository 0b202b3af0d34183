"""The languages and the time zones that people choose from, in the groups of a select."""

from dataclasses import dataclass
from functools import cache

from babel import Locale

from services.portal.texts import Texts
from shared.language import LANGUAGES, TAGS, ZONES, language_of, mark

AREAS = Texts(
    {
        "Africa": mark("Africa"),
        "America": mark("America"),
        "Antarctica": mark("Antarctica"),
        "Arctic": mark("Arctic"),
        "Asia": mark("Asia"),
        "Atlantic": mark("Atlantic Ocean"),
        "Australia": mark("Australia"),
        "Europe": mark("Europe"),
        "Indian": mark("Indian Ocean"),
        "Pacific": mark("Pacific Ocean"),
    }
)
"""Where time zones are, by the first part of their names."""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    options: list[tuple[str, str]]
    """Values with their texts."""
    language: str | None = None
    """The language of the texts, where it is not the reader's."""


@cache
def languages() -> list[Group]:
    """Each language with its regions, in its own words: whoever looks for it need not read another one."""
    return [
        Group(name, [(tag, _named(tag)) for tag in TAGS if language_of(tag) == language], language)
        for language, name in LANGUAGES.items()
    ]


def _named(tag: str) -> str:
    """Language and region: a select that is closed shows nothing else."""
    return str(Locale.parse(tag, sep="-").get_display_name(language_of(tag)))


def time_zones() -> list[Group]:
    """The time zones of each area, by their places."""
    return [Group(AREAS[area], places) for area, places in _places().items()]


@cache
def _places() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for zone in ZONES:
        area, _, place = zone.partition("/")
        if place:  # all but UTC
            found[area].append((zone, place.replace("_", " ").replace("/", ", ")))
    return found
