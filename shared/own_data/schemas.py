from typing import Any

from shared.schemas import Read


class OwnTableRead(Read):
    """What a table has of the caller."""

    name: str
    about: str
    """What it is, in the language that was asked for."""
    rows: list[dict[str, Any]]
    """At most 10,000."""
    more: bool
    """Whether there are more."""


class OwnDataRead(Read):
    """What a service keeps of the caller."""

    tables: list[OwnTableRead]
