"""Later ends of a subscription's minimum term (K2)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.portal.clients.billing import Subscription
from services.portal.viewer import Section, Viewer, section

MOST_MONTHS, MOST_CHOICES = 60, 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A later end of the term."""

    months: int
    last_day: date
    cost_minor: int | None
    """Of these months, without tax; None where intervals do not divide them."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal would mean now."""

    subscription: Subscription | None
    """None: nothing is billed for the service."""
    choice: Choice | None
    """None: it is not possible now."""


async def read_renewal(viewer: Viewer, service_id: UUID, months: int | None) -> Section[Renewal]:
    """By ``months``, or by one more term."""

    async def read() -> Renewal:
        found = await viewer.services.billing.subscriptions(service_id=service_id, limit=1)
        if not found.items:
            return Renewal(None, None)
        choices = choices_of(found.items[0], datetime.now(UTC).date())
        wanted = choices[:1] if months is None else [each for each in choices if each.months == months]
        return Renewal(found.items[0], next(iter(wanted), None))

    return await section(viewer, "money.view", read)


def choices_of(one: Subscription, today: date) -> list[Choice]:
    """By whole terms, at most 60 months ahead. A term that is over begins again today."""
    if not one.may_renew:
        return []
    begins, found = max(one.term_ends_on or today, today), list[Choice]()
    for months in range(one.term_months, MOST_MONTHS + 1, one.term_months):
        ends_on = later(begins, months)
        if ends_on > later(today, MOST_MONTHS) or len(found) == MOST_CHOICES:
            break
        intervals, rest = divmod(months, one.interval_months)
        cost = None if rest else one.recurring_total_minor * intervals
        found.append(Choice(months, ends_on - timedelta(days=1), cost))
    return found


def later(day: date, months: int) -> date:
    """On the same day of the month, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
