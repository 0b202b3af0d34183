from datetime import date
from typing import Literal
from uuid import UUID

from shared.schemas import Read


class OwedRead(Read):
    """What is to pay in one currency, in whole minor units."""

    currency: str
    open_minor: int
    """Of all issued invoices."""
    overdue_minor: int
    """Of those whose due date has passed."""
    next_due_on: date
    """The earliest due date."""


class EndingRead(Read):
    """A subscription whose minimum term ends soon, or that is cancelled for a day soon."""

    service_id: UUID
    """The service that it pays for."""
    description: str
    """What people call the service."""
    ends_on: date
    """The first day after it."""
    then: Literal["renew", "continue", "end"]
    """What happens then: another term, no term any more, or it ends."""


class OwnAccountRead(Read):
    """The money of one workspace that the caller is a user of, as far as they see money there."""

    workspace_id: UUID
    owed: list[OwedRead]
    """One per currency. Empty: nothing is to pay."""
    may_pay: bool
    """Whether the caller may pay invoices there."""
    ending: list[EndingRead]
    """The first ones within 60 days, at most 5."""
    more_ending: bool
    """Whether there are more than these."""
