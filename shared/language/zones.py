"""The time zones that people can choose, by their names in IANA's database: ``Europe/Berlin``."""

from zoneinfo import available_timezones

AREAS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip
UTC = "UTC"
ZONES: tuple[str, ...] = (UTC, *sorted(name for name in available_timezones() if name.startswith(AREAS)))
_KNOWN = frozenset(ZONES)


def is_zone(name: str) -> bool:
    return name in _KNOWN
