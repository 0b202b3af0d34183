"""Notes each refusal in a transaction of its own, because that of the request is rolled back."""

import asyncio
from typing import TYPE_CHECKING

import structlog
from fastapi import Request

from shared.attempts.service import count_attempt
from shared.errors import Forbidden
from shared.outbox import Cause, transaction

if TYPE_CHECKING:
    from shared.app import Runtime
    from shared.auth.access import Access

log = structlog.get_logger()

PATIENCE_SECONDS = 1.0
"""A refusal waits no longer for being noted."""


async def note(request: Request, operation: str, refusal: Forbidden) -> None:
    """Count the attempt, if a permission is missing. The refusal is answered all the same if that fails."""
    runtime: Runtime = request.app.state.runtime
    event = runtime.service.attempts
    if event is None or refusal.refused is None:
        return
    access: Access
    access, permission = refusal.refused
    cause = Cause(access.actor, runtime.clock.now(), request.state.correlation_id, None, access.parent_workspace_id)
    workspace_id, user_id, now = access.workspace_id, access.user_id, runtime.clock.real_now()
    try:
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            transaction(runtime.sessions, cause, workspace_id=workspace_id, user_id=user_id) as session,
        ):
            await count_attempt(session, event, workspace_id=workspace_id, user_id=user_id, operation=operation,
                                permission=permission, now=now)  # fmt: skip
    except Exception as error:
        log.warning("attempt.not_counted", operation=operation, error=type(error).__name__)
