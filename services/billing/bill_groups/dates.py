"""The next billing date of bill groups, after what is billed of them has changed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import run_sql

NEXT_BILLING_ON = """(SELECT billing_date(g.anchor_on, greatest(min(s.unbilled_from), g.billed_on + 1))
FROM subscriptions s WHERE s.bill_group_id = g.bill_group_id AND s.clock = 'started'
HAVING min(s.unbilled_from) IS NOT NULL)"""
"""The next billing date of the group ``g``. Null where nothing has started."""

_REFRESH = f"UPDATE bill_groups g SET next_billing_on = {NEXT_BILLING_ON} WHERE g.bill_group_id = ANY ($1::uuid[])"  # noqa: S608 - constants


async def refresh_next_billing(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Note the next billing date of locked groups. Objects that were loaded before do not see it."""
    await session.flush()
    await run_sql(session, _REFRESH, list(ids))
