"""What notifications keeps of a person, for them. Notices and mails are told as their lists tell them: of what the
person has no access to any more, and of money that they do not see, there are none."""

from collections.abc import AsyncIterator

from services.notifications.news.models import Campaign
from services.notifications.notices.models import Notice
from services.notifications.notices.reading import list_notices, reader_of
from services.notifications.own_mails.models import OwnMail
from services.notifications.own_mails.service import list_own_mails
from services.notifications.preferences.models import Preference
from services.notifications.suppressions.models import Suppression
from services.notifications.unsubscriptions.models import Unsubscription
from shared.exports.lists import Page
from shared.language import mark
from shared.own_data import REFUSED_ATTEMPTS, OwnList, OwnRows, OwnTable, Reading, Row, paged
from shared.pages import MOST, page_of
from shared.reads import ScopedReads


def notices(reading: Reading) -> AsyncIterator[Row]:
    read, reader = ScopedReads(reading.pool, reading.access), reader_of(reading.locale, None)
    public_url = reading.settings.public_url.rstrip("/")

    async def page(cursor: str | None) -> Page:
        found = await list_notices(read, unread=False, cursor=cursor, limit=MOST, reader=reader, public_url=public_url)
        return page_of(found, MOST, ("at", "id"))

    return paged(page)


def own_mails(reading: Reading) -> AsyncIterator[Row]:
    read = ScopedReads(reading.pool, reading.access)

    async def page(cursor: str | None) -> Page:
        found = await list_own_mails(read, cursor=cursor, limit=MOST, tag=reading.locale)
        return page_of(found, MOST, ("at", "id"))

    return paged(page)


TABLES: tuple[OwnTable, ...] = (
    OwnList(Notice, mark("What you are told in the portal."), notices),
    OwnList(OwnMail, mark("What was mailed to you in the last 90 days, and what became of it."), own_mails),
    OwnRows(Preference, mark("What you want to be told of, and how."), "topic channel wanted", personal=True),
    OwnRows(
        Unsubscription,
        mark("What you did with the links in mails that switch them off."),
        "topic workspace_id wanted day changes",
        "recipient_id = $1",
    ),
    OwnRows(
        Suppression,
        mark("That no mails are sent to your address, because they come back."),
        "address reason status since released_at released_on released_by_self",
        "recipient_kind = 'user' AND recipient_id = $1",
        personal=True,
    ),
    OwnRows(
        Campaign,
        mark("News that you wrote for others."),
        "id workspace_id topic state version created_at scheduled_for started_at ended_at begun_by_address",
        "begun_by = $1",
    ),
    REFUSED_ATTEMPTS,
)
