"""Counts refused attempts, and tells of them. ``now`` is real time; what an event says of time is its cause's."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.attempts.models import RefusedAttempt
from shared.events.attempts import AttemptEvent
from shared.origin import Origin
from shared.outbox import Cause, cause_of, emit

EVERY = timedelta(hours=1)
"""The least time between two events of a person and an operation."""
AT_ONCE = 200

_KEY = (RefusedAttempt.workspace_id, RefusedAttempt.user_id, RefusedAttempt.operation)
_UNSYNCHRONISED = {"synchronize_session": False}


async def count_attempt(
    session: AsyncSession, event: type[AttemptEvent], *, workspace_id: UUID, user_id: UUID, operation: str,
    permission: str, now: datetime,
) -> None:  # fmt: skip
    """Count one, and tell of it, with those that nobody was told of, unless the last event is younger than an hour."""
    row = {
        "workspace_id": workspace_id, "user_id": user_id, "operation": operation, "permission": permission,
        "told_at": now, "told": 1, "untold": 0, **asdict(Origin.of(cause_of(session))),
    }  # fmt: skip
    met = insert(RefusedAttempt).values(row)
    known = RefusedAttempt
    due = known.told_at <= now - EVERY
    changed: dict[str, Any] = {
        name: met.excluded[name] for name in row if name not in ("workspace_id", "user_id", "operation")
    }
    changed |= {
        "told_at": case((due, met.excluded.told_at), else_=known.told_at),
        "told": case((due, known.untold + 1), else_=known.told),
        "untold": case((due, 0), else_=known.untold + 1),
    }
    counted = met.on_conflict_do_update(index_elements=list(_KEY), set_=changed)
    told, untold = (await session.execute(counted.returning(known.told, known.untold))).one()
    if not untold:
        await emit(session, event(workspace_id=workspace_id, user_id=user_id, operation=operation,
                                  permission=permission, count=told))  # fmt: skip


async def tell_of_the_rest(
    session: AsyncSession, event: type[AttemptEvent], cause: Callable[[Origin], Cause], *, now: datetime
) -> int:
    """Tell of the attempts in the hour after the last event, and forget those who tried no more. Returns how many rows
    it has dealt with."""
    over = select(RefusedAttempt).where(RefusedAttempt.told_at <= now - EVERY).order_by(RefusedAttempt.told_at)
    found = (await session.scalars(over.limit(AT_ONCE).with_for_update(skip_locked=True))).all()
    for attempt in found:
        if attempt.untold:
            session.info["cause"] = cause(attempt.origin)
            await emit(session, event(workspace_id=attempt.workspace_id, user_id=attempt.user_id,
                                      operation=attempt.operation, permission=attempt.permission,
                                      count=attempt.untold))  # fmt: skip
    await _note(session, found, now)
    return len(found)


async def _note(session: AsyncSession, found: Sequence[RefusedAttempt], now: datetime) -> None:
    keys = [(each.workspace_id, each.user_id, each.operation) for each in found]
    if keys:
        quiet = delete(RefusedAttempt).where(tuple_(*_KEY).in_(keys), RefusedAttempt.untold == 0)
        await session.execute(quiet, execution_options=_UNSYNCHRONISED)
        told = {"told_at": now, "told": RefusedAttempt.untold, "untold": 0}
        others = update(RefusedAttempt).where(tuple_(*_KEY).in_(keys)).values(told)
        await session.execute(others, execution_options=_UNSYNCHRONISED)
