"""The browsers that people sign in from."""

from dataclasses import dataclass
from functools import lru_cache

from ua_parser import parse

from services.identity.people.preferences import Preferences
from services.identity.proofs import digest

LONGEST = 300


@dataclass(frozen=True)
class Device:
    """What a sign-in says of its browser. ``digest`` is of a name that the browser keeps from one sign-in to the next;
    without one it counts as never seen."""

    digest: bytes | None
    browser_name: str | None
    """Such as ``Firefox``; None: unknown."""
    operating_system: str | None
    """What the browser runs on, such as ``Linux``; None: unknown."""
    ip: str
    preferences: Preferences
    """The language and the time zone of whoever uses it."""

    @classmethod
    def of(cls, name: str | None, user_agent: str, ip: str, preferences: Preferences) -> "Device":
        return cls(digest(name) if name else None, *parts_of(user_agent[:LONGEST]), ip, preferences)

    @property
    def browser(self) -> str | None:
        """Both in English, for whoever does not translate them."""
        if self.browser_name and self.operating_system:
            return f"{self.browser_name} on {self.operating_system}"
        return self.browser_name


@lru_cache(maxsize=1000)
def parts_of(user_agent: str) -> tuple[str | None, str | None]:
    """The browser and the operating system of a ``User-Agent`` header, as far as they are known."""
    found = parse(user_agent)
    return found.user_agent.family if found.user_agent else None, found.os.family if found.os else None
