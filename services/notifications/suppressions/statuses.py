"""What the statuses of mail servers (RFC 3463) say of a mailbox."""

import re
from enum import StrEnum

STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""There is no such mailbox or host, it has moved, takes no mail at all, or is disabled."""
FULL = "5.2.2"


class Failure(StrEnum):
    """What a status says of the mailbox."""

    hard = "hard"
    """No mail will ever arrive there."""
    soft = "soft"
    """It took this mail not, and may take the next one."""
    other = "other"
    """Nothing: a server would not have the mail, such as for what it says."""


def read_status(text: str) -> str | None:
    """The status that a text begins with; None if it has none."""
    found = STATUS.match(text)
    return ".".join(str(int(part)) for part in found.groups()) if found else None


def failure_of(status: str) -> Failure:
    if status in NO_MAILBOX:
        return Failure.hard
    return Failure.soft if status.startswith("4.") or status == FULL else Failure.other
