"""Counts how often a person downloads all of their data, and tells the log of it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.erasures.refusals import SignInFirst
from services.identity.erasures.service import home, is_fresh, refuse_others
from services.identity.grants.locks import lock_person
from services.identity.people.models import OwnDataDownload
from services.identity.workspaces.scope import workspace_fields
from shared.auth import Access
from shared.errors import TooManyRequests
from shared.events.identity import OwnDataDownloaded
from shared.outbox import emit

MOST_A_DAY = 5
DAY = timedelta(days=1)


class TooManyOwnDownloads(TooManyRequests):
    """A person can download all of their data five times a day."""

    title = "Too many downloads of one's data"


async def record_download(session: AsyncSession, access: Access, real_now: datetime) -> OwnDataDownload:
    """Note that the caller downloads all of their data now. Raises `OnlyInPerson`, `SignInFirst` or
    `TooManyOwnDownloads`."""
    refuse_others(access)
    user = await lock_person(session, access.user_id)
    if not await is_fresh(session, access, real_now):
        raise SignInFirst("Sign in again, so that we know that this mailbox is still yours.")
    mine = OwnDataDownload.user_id == user.id, OwnDataDownload.downloaded_at > real_now - DAY
    counted = select(func.count(), func.min(OwnDataDownload.downloaded_at)).where(*mine)
    count, first = (await session.execute(counted)).one()
    if count >= MOST_A_DAY:
        wait = int((first + DAY - real_now).total_seconds()) + 1
        raise TooManyOwnDownloads("Your data can be downloaded five times a day. Try again later.", retry_after=wait)
    download = OwnDataDownload(user_id=user.id, downloaded_at=real_now)
    session.add(download)
    await session.flush()
    workspace = await home(session, user)
    await emit(session, OwnDataDownloaded(**workspace_fields(workspace), user_id=user.id, download_id=download.id))
    return download
