"""What the log keeps of a person, for them."""

from collections.abc import AsyncIterator, Awaitable, Callable

from services.audit.entries.listing import Wanted
from services.audit.entries.models import Entry
from services.audit.entries.reading import page_of_entries
from shared.exports.lists import Page
from shared.exports.own_data import EXPORTS
from shared.language import mark
from shared.own_data import REFUSED_ATTEMPTS, OwnList, OwnTable, Reading, Row, paged
from shared.pages import MOST
from shared.reads import ScopedReads


async def entries(reading: Reading) -> AsyncIterator[Row]:
    """What the person did in their workspaces, of each the newest first, as their role of now sees it there."""
    for read in reading.within("audit.view", own=True):
        async for entry in paged(_pages(read, reading)):
            yield entry | {"workspace_id": read.access.workspace_id}


def _pages(read: ScopedReads, reading: Reading) -> Callable[[str | None], Awaitable[Page]]:
    wanted, secret = Wanted(own_id=reading.access.user_id), reading.settings.seal_key

    async def page(cursor: str | None) -> Page:
        return await page_of_entries(read, secret, wanted, cursor, MOST)

    return page


TABLES: tuple[OwnTable, ...] = (
    OwnList(
        Entry,
        mark("What you did, as the log of each of your companies has it, the newest first, and from where."),
        entries,
    ),
    EXPORTS,
    REFUSED_ATTEMPTS,
)
