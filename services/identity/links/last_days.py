"""The last day of a link: it ends by itself at the end of that day, where whoever sets it is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.service import Until
from services.identity.people.models import User
from shared.auth import Access
from shared.errors import Invalid
from shared.field_errors import field_error

FARTHEST = timedelta(days=3660)
"""A last day is at most about ten years away."""


async def until_of(session: AsyncSession, access: Access, last_day: date | None, real_now: datetime) -> Until | None:
    """The end of that day in the caller's time zone; None for no day. Raises `Invalid` for one that is over already,
    or too far away."""
    if last_day is None:
        return None
    zone = ZoneInfo((await session.get_one(User, access.user_id)).time_zone or "UTC")
    today = real_now.astimezone(zone).date()
    if last_day < today:
        errors = [field_error("/last_day", "too_small", "is over already")]
        raise Invalid("The last day of a link is over already.", errors=errors)
    if last_day > today + FARTHEST:
        errors = [field_error("/last_day", "too_large", "is more than ten years away")]
        raise Invalid("The last day of a link is too far away.", errors=errors)
    end = datetime.combine(last_day + timedelta(days=1), time.min, zone)
    return Until(last_day, end.astimezone(UTC))
