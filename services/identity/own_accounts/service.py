"""What waits for a person in the workspaces that they are a user of."""

from datetime import datetime
from typing import Any

from services.identity.holders.reading import is_check_due
from shared.own_accounts import OwnAccounts
from shared.reads import ScopedReads, scoped

COUNTED = 100
OWN_WORKSPACES = scoped(
    """
SELECT workspace_id AS id, kind, parent_workspace_id FROM workspaces WHERE workspace_id IN (
  SELECT workspace_id FROM grants WHERE user_id = $1 AND session_id IS NULL AND source <> 'link')
ORDER BY display_name, workspace_id LIMIT $2
""",
    workspace="''",
    person="$1::uuid::text",
    within="'*'",
)
"""The grants themselves, by which a person sees their workspaces."""
ASKING = """
SELECT count(*) AS asking FROM (
  SELECT FROM access_requests WHERE workspace_id = $1 AND state = 'pending' AND expires_at > $2 LIMIT $3) found
"""
STANDING = """
SELECT suspended_at IS NOT NULL AS suspended, coalesce(holders_checked_at, connected_at, created_at) AS checked_at
FROM workspaces WHERE workspace_id = $1
"""


async def read_own_accounts(own: OwnAccounts, *, real_now: datetime) -> list[dict[str, Any]]:
    """One entry per workspace."""
    found = []
    async for access in own.each(OWN_WORKSPACES):
        if (read := own.reads(access, "session.own")) is None:
            continue
        deciding = own.reads(access, "access_request.decide")
        is_holder = own.reads(access, "holder.change") is not None
        standing = await read.fetchrow(STANDING, access.workspace_id)
        found.append(
            {
                "workspace_id": str(access.workspace_id),
                "access_requests": await _asking(deciding, real_now) if deciding else None,
                "holders_check_due": is_holder and is_check_due(standing["checked_at"], real_now),
                "suspended": standing["suspended"],
            }
        )
    return found  # fmt: skip


async def _asking(read: ScopedReads, real_now: datetime) -> int:
    row = await read.fetchrow(ASKING, read.access.workspace_id, real_now, COUNTED + 1)
    asking: int = row["asking"]
    return asking
