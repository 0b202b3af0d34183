"""The browsers that people sign in from."""

from dataclasses import dataclass
from functools import lru_cache

from ua_parser import parse

from services.identity.people.preferences import Preferences
from services.identity.proofs import digest

UNKNOWN = "an unknown browser"
LONGEST = 300


@dataclass(frozen=True)
class Device:
    """What a sign-in says of its browser. ``digest`` is of a name that the browser keeps from one sign-in to the next;
    without one it counts as never seen."""

    digest: bytes | None
    browser: str
    """For people, such as ``Firefox on Linux``."""
    ip: str
    preferences: Preferences
    """The language and the time zone of whoever uses it."""

    @classmethod
    def of(cls, name: str | None, user_agent: str, ip: str, preferences: Preferences) -> "Device":
        return cls(digest(name) if name else None, describe(user_agent[:LONGEST]), ip, preferences)


@lru_cache(maxsize=1000)
def describe(user_agent: str) -> str:
    """The browser and system of a ``User-Agent`` header."""
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else None
    system = found.os.family if found.os else None
    return f"{browser} on {system}" if browser and system else browser or UNKNOWN
