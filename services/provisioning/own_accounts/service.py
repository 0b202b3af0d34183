"""The orders that wait for somebody in the workspaces that a person is a user of."""

from typing import Any

from shared.own_accounts import OwnAccounts
from shared.reads import ScopedReads

COUNTED = 100
# Bounded, in the order of the index of the list.
COUNT = """
SELECT count(*) AS orders FROM (
  SELECT FROM orders WHERE workspace_id = $1 AND state = $2 AND version <> -2 LIMIT $3) found
"""


async def read_own_accounts(own: OwnAccounts) -> list[dict[str, Any]]:
    """One entry per workspace in which the person sees services."""
    found = []
    async for access in own.each():
        if (read := own.reads(access, "service.view")) is None:
            continue
        deciding = own.reads(access, "order.approve")
        found.append(
            {
                "workspace_id": str(access.workspace_id),
                "orders_to_approve": await _count(deciding, "awaiting_approval") if deciding else None,
                "failed_orders": await _count(read, "failed"),
            }
        )
    return found  # fmt: skip


async def _count(read: ScopedReads, state: str) -> int:
    row = await read.fetchrow(COUNT, read.access.workspace_id, state, COUNTED + 1)
    orders: int = row["orders"]
    return orders
