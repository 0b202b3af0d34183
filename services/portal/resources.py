"""What hosts have and services take, in words."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from babel import Locale

from services.portal.texts import Texts
from shared.language import current_localisation, formats, mark, ngettext
from shared.language import gettext as _
from shared.language.tags import babel_name

RESOURCES = Texts(
    {
        "cpu_cores": mark("CPU cores"),
        "memory_gb": mark("Memory in GB"),
        "storage_gb": mark("Storage in GB"),
        "ports": mark("Ports"),
        "bandwidth_mbps": mark("Bandwidth in Mbps"),
    }
)


def amount(resource: str, number: int) -> str:
    """So much of a resource."""
    shown = formats.number(number)
    if resource == "cpu_cores":
        return ngettext("%(num)s CPU core", "%(num)s CPU cores", number, num=shown)
    if resource == "ports":
        return ngettext("%(num)s port", "%(num)s ports", number, num=shown)
    words = {
        "memory_gb": mark("%(num)s GB of memory"),
        "storage_gb": mark("%(num)s GB of storage"),
        "bandwidth_mbps": mark("%(num)s Mbps of bandwidth"),
    }
    return _(words[resource], num=shown) if resource in words else f"{shown} {resource}"


def amounts(takes: Mapping[str, int]) -> Iterator[str]:
    """In the order of the resources."""
    return (amount(name, takes[name]) for name in RESOURCES if takes.get(name))


def country(code: str) -> str:
    """A country's name; the code where it has none."""
    return str(_locale(current_localisation().locale).territories.get(code, code))


def countries() -> list[tuple[str, str]]:
    """All countries by name, as a select takes them."""
    known = _locale(current_localisation().locale).territories
    found = [
        (code, str(name)) for code, name in known.items() if code.isalpha() and len(code) == 2 and code not in NONE
    ]
    return sorted(found, key=lambda each: each[1])


NONE = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
"""Codes of what is no country."""


@lru_cache(maxsize=20)
def _locale(tag: str) -> Locale:
    return Locale.parse(babel_name(tag))
