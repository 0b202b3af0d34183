"""A hot read of what became of new credentials."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.provisioning.credentials.schemas import CredentialsState
from services.provisioning.credentials.service import SHOWN_WITHIN
from services.provisioning.states import OperationState
from services.provisioning.verbs import Verb
from shared.errors import NotFound
from shared.reads import ScopedReads

ONE = f"""
SELECT o.state, o.begun_by = $3 AS begun_by_you, c.sealed IS NOT NULL AS kept, c.made_at, c.shown_at
  FROM operations o LEFT JOIN sealed_credentials c ON c.operation_id = o.id
 WHERE o.workspace_id = $1 AND o.id = $2 AND o.verb = '{Verb.reset_credentials}'
"""  # noqa: S608 - a constant
LIVE = (OperationState.queued, OperationState.running)


async def read_credentials(read: ScopedReads, operation_id: UUID, now: datetime) -> dict[str, Any]:
    """In the shape of `CredentialsRead`. ``now`` is real time. Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, operation_id, read.access.user_id)
    if row is None:
        raise NotFound(f"There is no reset of credentials {operation_id} in this workspace.")
    until = row["made_at"] + SHOWN_WITHIN if row["kept"] else None
    state = _state(row, is_ready=until is not None and now < until)
    return {
        "state": state,
        "begun_by_you": bool(row["begun_by_you"]),
        "until": until if state == CredentialsState.ready else None,
        "shown_at": row["shown_at"],
    }


def _state(row: Any, *, is_ready: bool) -> CredentialsState:
    if row["state"] in LIVE:
        return CredentialsState.awaited
    if row["state"] != OperationState.succeeded:
        return CredentialsState.failed
    if row["shown_at"] is not None:
        return CredentialsState.shown
    return CredentialsState.ready if is_ready else CredentialsState.over
