"""Who may have an archive of a workspace, and what the log hears of its download."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Access
from shared.auth.permissions import handled
from shared.errors import Forbidden, NotFound
from shared.events import Via
from shared.exports.models import Export
from shared.exports.offered import Exports
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit

Telling = Callable[[AsyncSession], Awaitable[None]]

PERMISSION = "workspace.export"
TOLD_EVERY = timedelta(hours=1)
"""A download consists of many files. The log has it once, and again if it goes on, or is repeated, after so long."""


class OnlyInOwnName(Forbidden):
    """All data of a workspace is for its own people, not for whoever works there on behalf."""

    title = "Only in one's own name"


def check_allowed(access: Access) -> None:
    """Raises `Forbidden` for whoever may not have an archive of the workspace."""
    access.narrowed_to(PERMISSION, handled())
    if access.via != Via.own:
        raise OnlyInOwnName("Only people of this workspace download all of its data, in their own name.")


async def tell_download(
    session: AsyncSession, exports: Exports, batch_id: UUID, *, access: Access, now: datetime
) -> None:
    """Before something of an archive is sent: it is an event, once for all of it. Raises `Forbidden` and `NotFound`."""
    check_allowed(access)
    mine = Export.workspace_id == access.workspace_id, Export.user_id == access.user_id, Export.batch_id == batch_id
    if not await session.scalar(select(exists().where(*mine))):
        raise NotFound("There is no such archive.")
    await one_at_a_time(session, f"download of {batch_id}")
    untold = or_(Export.downloaded_at.is_(None), Export.downloaded_at <= now - TOLD_EVERY)
    told = update(Export).where(*mine, untold).values(downloaded_at=now).returning(Export.list)
    lists = (await session.scalars(told, execution_options={"synchronize_session": False})).all()
    if lists:
        event = exports.archive_downloaded
        await emit(session, event(workspace_id=access.workspace_id, batch_id=batch_id, lists=tuple(sorted({*lists}))))
