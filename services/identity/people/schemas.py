from typing import Literal
from uuid import UUID

from shared.language.fields import Locale, TimeZone
from shared.schemas import Body, Read

MemberRole = Literal["admin", "regular", "member", "additional", "read_only", "support"]
"""The roles that a workspace's admins can assign (D3). ``billing`` exists only with a bill group."""


class PersonRead(Read):
    id: UUID
    address: str
    display_name: str


class PreferencesRead(Read):
    """What a person has chosen; null: as their browser says."""

    locale: str | None
    """The language with its region, such as ``de-AT``."""
    time_zone: str | None
    """The time zone, such as ``Europe/Berlin``."""


class BrowserSays(Body):
    """What a browser says of its person. They become the person's own where they have chosen none."""

    locale: Locale | None = None
    time_zone: TimeZone | None = None
