"""What operations have read is deleted after a week: a console may have said what nobody should keep."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.operations.models import Operation

KEPT = timedelta(days=7)
AT_ONCE = 1_000


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete the outputs of operations that began more than a week ago, at most `AT_ONCE`. ``now`` is real time."""
    old = Operation.output.is_not(None), Operation.started_at < now - KEPT
    found = select(Operation.id).where(*old).limit(AT_ONCE).with_for_update(skip_locked=True).scalar_subquery()
    done = update(Operation).where(Operation.id.in_(found)).values(output=None).returning(Operation.id)
    return len((await session.execute(done, execution_options={"synchronize_session": False})).all())
