"""Monthly recurring revenue: the started subscriptions, normalised to a month, one amount per currency (P5, D9).

It is kept in a row per workspace, to which each change adds its difference, so that a change costs the same however
many subscriptions there are. `portico verify` compares the rows with the full sum.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.money import Money
from services.billing.subscriptions.models import Subscription
from shared.events.billing import Amount, MrrChanged
from shared.outbox import emit

# The row stays locked until the commit, so that concurrent changes are both added, and the newest version is right.
_ADD = text("""
INSERT INTO mrr AS kept (workspace_id, version, amounts)
VALUES (:workspace_id, 1, jsonb_build_object(CAST(:currency AS text), CAST(:minor AS bigint)))
ON CONFLICT (workspace_id) DO UPDATE SET version = kept.version + 1, amounts = kept.amounts || jsonb_build_object(
    CAST(:currency AS text), coalesce((kept.amounts ->> :currency)::bigint, 0) + CAST(:minor AS bigint))
RETURNING version, amounts
""")

_MOVE = text("""
INSERT INTO mrr_movements AS kept (workspace_id, month, currency, movement, minor)
VALUES (:workspace_id, date_trunc('month', CAST(:on AS timestamp)), :currency, :movement, :minor)
ON CONFLICT (workspace_id, month, currency, movement) DO UPDATE SET minor = kept.minor + excluded.minor
""")
Movement = Literal["new", "expansion", "contraction", "churn", "paused", "resumed"]

WRONG = """
SELECT DISTINCT coalesce(billed.workspace_id, kept.workspace_id)::text AS what
FROM (SELECT workspace_id, currency, sum(div(2 * recurring_minor::numeric * quantity + interval_months,
                                             2 * interval_months)) AS minor
      FROM subscriptions WHERE clock = 'started' GROUP BY 1, 2) billed
FULL JOIN (SELECT m.workspace_id, a.key AS currency, a.value::numeric AS minor
           FROM mrr m, jsonb_each_text(m.amounts) a) kept USING (workspace_id, currency)
WHERE coalesce(billed.minor, 0) <> coalesce(kept.minor, 0)"""
"""The workspaces whose row is not the sum of their started subscriptions, each rounded half up like
`monthly_amount`."""

UNEXPLAINED = """
SELECT DISTINCT coalesce(moved.workspace_id, kept.workspace_id)::text AS what
FROM (SELECT workspace_id, currency, sum(minor) AS minor FROM mrr_movements GROUP BY 1, 2) moved
FULL JOIN (SELECT m.workspace_id, a.key AS currency, a.value::numeric AS minor
           FROM mrr m, jsonb_each_text(m.amounts) a) kept USING (workspace_id, currency)
WHERE coalesce(moved.minor, 0) <> coalesce(kept.minor, 0)"""
"""The workspaces whose movements do not add up to their revenue."""


def monthly_amount(subscription: Subscription) -> Money:
    """A subscription's revenue per month, rounded once."""
    return subscription.recurring * Fraction(1, subscription.interval_months)


async def add_to_mrr(
    session: AsyncSession, workspace_id: UUID, difference: Money, movement: Movement, *, on: date
) -> None:
    """Add what a subscription brings from the day ``on`` on, or subtract what it brought, and publish the workspace's
    new MRR."""
    values = {"workspace_id": workspace_id, "currency": difference.currency, "minor": difference.minor}
    version, amounts = (await session.execute(_ADD, values)).one()
    await session.execute(_MOVE, values | {"movement": movement, "on": on})
    moved = Amount(currency=difference.currency, amount_minor=difference.minor)
    about = {"workspace_id": workspace_id, "subject_version": version}
    await emit(session, MrrChanged(**about, mrr=_shown(amounts), movement=movement, moved=moved))


def _shown(amounts: dict[str, int]) -> Sequence[Amount]:
    """By currency. Where nothing bills any more, there is no amount."""
    return [Amount(currency=currency, amount_minor=minor) for currency, minor in sorted(amounts.items()) if minor]
