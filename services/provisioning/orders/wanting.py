"""For when something is wanted that people do, and what is wished for it."""

from datetime import date, datetime, timedelta

from services.provisioning.products.models import Product
from shared.errors import Invalid
from shared.field_errors import field_error

AHEAD, BEHIND = timedelta(days=366), timedelta(days=1)
"""It is still yesterday somewhere."""
WITHIN_A_YEAR = "must be from today on, and within a year"


class NotWantedThen(Invalid):
    """``wanted_on`` is in the past or more than a year ahead; or the product is not provisioned by hand, so that nobody
    can choose a day."""

    title = "The day cannot be chosen"


def can_be_planned(day: date, now: datetime) -> bool:
    """Whether something may be wanted or planned for that day."""
    return now.date() - BEHIND <= day <= now.date() + AHEAD


def check_wanted(product: Product, wanted_on: date | None, now: datetime) -> None:
    """Raises `NotWantedThen`."""
    if wanted_on is None:
        return
    if not product.by_hand:
        raise _refused("cannot be chosen: it is provisioned at once")
    if not can_be_planned(wanted_on, now):
        raise _refused(WITHIN_A_YEAR)


def _refused(detail: str) -> NotWantedThen:
    errors = [field_error("/wanted_on", "not_that_day", detail)]
    return NotWantedThen("Choose another day, or none.", errors=errors)
